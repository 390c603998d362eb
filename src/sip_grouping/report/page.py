"""Pages: one file of HTML each, with all it needs in it, that fetches nothing and runs no script but ours.

Comes in: the name of a template, and what it shows. Goes out: the page as text. What is shown is escaped by
jinja2, whatever it is; and the page tells the browser (Content-Security-Policy) to load nothing and to take
no style and no script but those of the package, by their SHA-256. So templates have no style attributes.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sip_grouping import __version__
from sip_grouping.colours import PALETTE
from sip_grouping.report.speech import Words

_FOLDER = "templates"


def page(template: str, words: Words, *, styles: Sequence[str], title: str, **shown: object) -> str:
    """Return a page.

    Parameters
    ----------
    styles
        Files with its styles, beside the templates.
    title
        Of the page, plain text like all that is shown.
    """
    colours = (f".c{number}{{--c:{ink}}}" for number, ink in enumerate(PALETTE))
    style = "\n".join(["", *(_file(name) for name in styles), *colours, ""])
    script = f"\n{_file('map.js')}"
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return _environment().get_template(template).render(
        words=words,
        say=words.say,
        policy=policy,
        # Ours, and no text of a member in them.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        title=title,
        version=__version__,
        **shown,
    )  # fmt: skip


def _digest(text: str) -> str:
    return (
        f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"
    )


@cache
def _file(name: str) -> str:
    return resources.files("sip_grouping.report").joinpath(_FOLDER, name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sip_grouping.report", _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
