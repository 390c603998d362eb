"""The keys of an edition with their defaults, and the text of an edition.toml that shows them all.

Comes in: ``settings.toml``, the defaults of the records. Goes out: `Key`s, for edition.toml and for the
sheet of a workbook alike; TOML with a comment in one language above each key.
"""

import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sip_grouping.catalogue import LANGUAGES, Language, pattern
from sip_grouping.edition.records import Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.reading.mapping import Reading
from sip_grouping.template.examples import ExampleTheme, example_themes

THEMES = "themes"
_WIDTH = 98


@dataclass(frozen=True, slots=True)
class Key:
    """A key of edition.toml.

    Attributes
    ----------
    section, name
        Where it stands, such as ``rules`` and ``travel_km``; of ``name`` itself the section is empty.
    value
        Its default; None where the default is that it is left out.
    example
        Then: what may stand there.
    means
        What it says, by language.
    """

    section: str
    name: str
    value: Any
    example: Any
    means: Mapping[Language, str]

    def of_theme(self, theme: ExampleTheme) -> Any:
        """Return the value of a key of themes for one of them."""
        own = {"id": theme.id, "title": dict(theme.title)}
        return own.get(self.name, self.value)


@cache
def keys() -> tuple[Key, ...]:
    """Return all keys, in the order in which an empty edition has them."""
    text = resources.files("sip_grouping.template").joinpath("settings.toml").read_text("utf-8")
    defaults: dict[str, Any] = {
        name: record.model_dump(mode="json")
        for name, record in (
            ("rules", Rules()),
            ("places", Places()),
            ("score", Score()),
            ("reading", Reading()),
            (THEMES, Theme(id="theme")),
        )
    }
    found = []
    for told in tomllib.loads(text)["keys"]:
        section, _, name = told["key"].rpartition(".")
        example = told.get("example")
        own = told["value"] if not section else defaults[section][name]
        means: dict[Language, str] = {language: told[language] for language in LANGUAGES}
        found.append(Key(section, name, own if example is None else None, example, means))
    return tuple(found)


def edition_toml(language: Language) -> str:
    """Return an edition.toml with every key, its default and what it says."""
    lines = [*_comment(pattern(language, "template", "edition.toml")), ""]
    section = ""
    for key in keys():
        if key.section == THEMES:
            continue
        if key.section != section:
            section = key.section
            lines += [f"[{section}]"]
        lines += [*_comment(key.means[language]), _line(key, key.value), ""]
    for number, theme in enumerate(example_themes()):
        lines += ["[[themes]]"]
        for key in keys():
            if key.section == THEMES:
                lines += _comment(key.means[language]) if number == 0 else []
                lines += [_line(key, key.of_theme(theme))]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False):
        yield f"# {line}"


def _line(key: Key, value: Any) -> str:
    if value is None:
        return f"# {key.name} = {_toml(key.example)}"
    return f"{key.name} = {_toml(value)}"


def _toml(value: Any) -> str:
    """Return a value on one line; numbers, texts and lists are written in TOML as in JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
