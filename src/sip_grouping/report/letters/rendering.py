"""Letters filled in from templates: those of the package, or of a folder that replaces some of them.

Comes in: the name of a template, what it may name. Goes out: text or HTML. Templates run in the sandbox of
Jinja, a name that is not known is an error, and HTML is escaped. What is wrong with a template is a
finding with its file and line; what it was filled with is in none.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sip_grouping.errors import InputError
from sip_grouping.files.folder import existing_folder
from sip_grouping.findings import Finding, finding, nearest
from sip_grouping.report.letters.told import MemberFacts, SheetFacts

_NAMES_SHOWN = 5
_UNKNOWN = re.compile(r"'(\w+)'(?: is undefined)?$")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SPACES_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)


class Renderer:
    """The templates of one run.

    Parameters
    ----------
    templates
        Folder with templates that replace those of the package, by their names; None: there is none.

    Raises
    ------
    InputError
        The folder does not exist.
    """

    def __init__(self, templates: Path | str | None) -> None:
        self._folder = None if templates is None else existing_folder(templates, "templates")
        self._shipped = frozenset(_shipped().list_templates())
        if self._folder is None:
            self._text, self._html = map(_of_package, (False, True))
        else:
            self._text = _environment(self._folder, autoescape=False)
            self._html = _environment(self._folder, autoescape=True)

    def text(self, template: str, facts: MemberFacts | SheetFacts) -> str:
        """Return a template filled in as text, which ends with a line break."""
        said = self._filled(self._text, template, facts)
        return _MANY_BREAKS.sub("\n\n", _SPACES_AT_END.sub("", said)).strip("\n") + "\n"

    def html(self, template: str, facts: MemberFacts | SheetFacts) -> str:
        """Return a template filled in as HTML."""
        return self._filled(self._html, template, facts).strip("\n") + "\n"

    def unused(self) -> list[Finding]:
        """Return a warning of files in the folder that no letter has used, after all were made."""
        if self._folder is None:
            return []
        used = {name for one in (self._text, self._html) for name in _loaded(one)} | self._shipped
        names = sorted(path.name for path in self._folder.iterdir() if path.name[0] != ".")
        found = [name for name in names if name not in used]
        if not found:
            return []
        more = "" if len(found) <= _NAMES_SHOWN else " ..."
        return [
            finding(
                "template-unused",
                str(self._folder),
                names=", ".join(found[:_NAMES_SHOWN]) + more,
                known=", ".join(sorted(self._shipped)),
                near=nearest(found[0], self._shipped) if len(found) == 1 else None,
            )
        ]

    def _filled(
        self, environment: Environment, template: str, facts: MemberFacts | SheetFacts
    ) -> str:
        variables = {field.name: getattr(facts, field.name) for field in fields(facts)}
        try:
            return environment.get_template(template).render(variables)
        except UnicodeDecodeError as error:
            raise InputError([self._not_utf8(error)]) from None
        except Exception as error:
            wrong = self._wrong(error, variables)
            if wrong is None and isinstance(error, OSError) and self._folder is not None:
                reason = error.strerror or type(error).__name__
                wrong = finding("bad-template", str(self._folder / template), reason=reason)
            if wrong is None:
                raise
            # Without its cause: that may quote what a member answered.
            raise InputError([wrong]) from None

    def _wrong(self, error: Exception, variables: Mapping[str, Any]) -> Finding | None:
        """Return what is wrong with a template of the folder; None: it is not the folder's."""
        if self._folder is None:
            return None
        if isinstance(error, TemplateSyntaxError):
            file, line = str(self._folder / (error.name or "")), error.lineno
            return finding("bad-template", file, line, variant="syntax", reason=error.message or "")
        file, line = _place(error.__traceback__)
        own = Path(file).parent == self._folder
        said = _UNKNOWN.search(str(error)) if isinstance(error, UndefinedError) else None
        if said is not None and not own:
            # A template of the package: what it lacks was in the one that was replaced.
            lacking = self._folder / f"sentences.{variables['language']}.jinja"
            file, asking = str(lacking if lacking.exists() else self._folder), Path(file).name
            return finding("bad-template", file, variant="lacks", name=said[1], asking=asking)
        if not own:
            return None
        if isinstance(error, TemplateNotFound):
            name = str(error.name)
            near = nearest(name, self._shipped)
            return finding("bad-template", file, line, variant="missing", name=name, near=near)
        # A name that the template does not spell out was an answer.
        if said is not None and said[1] in Path(file).read_text("utf-8"):
            near = nearest(said[1], variables)
            return finding("bad-template", file, line, variant="unknown", name=said[1], near=near)
        return finding("bad-template", file, line, reason=type(error).__name__)

    def _not_utf8(self, error: UnicodeDecodeError) -> Finding:
        """Return a finding of the template that could not be read; the error does not say which."""
        folder = self._folder or Path()
        broken = next(
            (path for path in sorted(folder.iterdir()) if path.is_file() and not _is_utf8(path)),
            folder,
        )
        return finding("bad-template", str(broken), variant="encoding", byte=error.start)


def _place(traceback: TracebackType | None) -> tuple[str, int]:
    """Return file and line of the innermost template in a traceback; an empty text: there is none."""
    found = ("", 0)
    while traceback is not None:
        frame = traceback.tb_frame
        if "__jinja_exception__" in frame.f_globals:
            found = (frame.f_code.co_filename, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


@cache
def _of_package(autoescape: bool) -> Environment:
    """Return an environment whose templates stay compiled: the package does not change in a process."""
    return _environment(None, autoescape=autoescape)


def _shipped() -> PackageLoader:
    return PackageLoader("sip_grouping", "report/templates/letters")


def _environment(folder: Path | None, *, autoescape: bool) -> Environment:
    # `ours/member.txt` is that of the package, also in a template that replaces it.
    loaders: list[BaseLoader] = [_shipped(), PrefixLoader({"ours": _shipped()})]
    if folder is not None:
        loaders.insert(0, FileSystemLoader(folder))
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _loaded(environment: Environment) -> set[str]:
    cache = environment.cache or {}
    return {template.name for template in cache.values() if template.name}


def _is_utf8(path: Path) -> bool:
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True
