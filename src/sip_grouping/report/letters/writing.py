"""A folder of letters: one to each member, a sheet per group for its moderator, a table for a mail program.

Comes in: an edition, a grouping of it, templates. Goes out: files, whole or not at all. The only files of
the package that hold names and e-mail addresses without being asked for them; who may read what of
whom is decided in `facts`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import get_args

from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.files.folder import check_output, write_folder
from sip_grouping.findings import Finding, finding
from sip_grouping.frozen import Frozen
from sip_grouping.grouping import Grouping, safe_group_id
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.plan import Meeting
from sip_grouping.report.explained import Explained
from sip_grouping.report.letters.facts import Facts
from sip_grouping.report.letters.formats import LetterFormat
from sip_grouping.report.letters.mail import (
    Letter,
    address_of,
    eml_bytes,
    is_usable_address,
    merge_bytes,
    merge_row,
)
from sip_grouping.report.letters.rendering import Renderer
from sip_grouping.report.letters.told import MemberFacts, Recipient, SheetFacts
from sip_grouping.text import one_line

FORMATS: tuple[LetterFormat, ...] = get_args(LetterFormat)
MERGE = "mail-merge.csv"
_LONGEST_STEM = 120
_IDS_SHOWN = 5
_OURS = re.compile(rf"(?:member|group)-[^/\\]+\.(?:{'|'.join(FORMATS)})|{re.escape(MERGE)}")


class _LetterFiles(Container[str]):
    """The names of files that a folder of letters may hold."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _OURS.fullmatch(name) is not None


LETTER_FILES = _LetterFiles()


@dataclass(frozen=True, slots=True)
class Letters:
    """What was written.

    Attributes
    ----------
    members, sheets
        How many letters to members, and sheets for moderators.
    by_language
        How many of the letters are in each language.
    warnings
        Members without an address that can be used, titles that a language lacks, templates that no
        letter used.
    """

    folder: Path
    files: tuple[str, ...]
    members: int
    sheets: int
    by_language: Mapping[str, int]
    warnings: tuple[Finding, ...] = ()


def write_letters(
    edition: Edition,
    grouping: Grouping | Formed,
    folder: Path | str,
    *,
    formats: LetterFormat | Sequence[LetterFormat] = FORMATS,
    templates: Path | str | None = None,
    language: Language = "en",
    sender: str | None = None,
    since: Grouping | Formed | Proposed | None = None,
    explained: Mapping[str, Explained] | None = None,
    meetings: Iterable[Meeting] = (),
    meetings_before: Iterable[Meeting] | None = None,
    force: bool = False,
) -> Letters:
    """Write a letter to every member, a sheet for the moderator of each group, and mail-merge.csv.

    Nothing is sent. Each letter is in the first of Dutch, French and English that its member lists; else
    in the language of its group, else French for members of France, else `language`. Name and e-mail
    address of a member stand in its own letter, in mail-merge.csv, and in what members of the same group
    are given where it said `share_contact`.

    Parameters
    ----------
    formats
        Of ``txt``, ``html`` and ``eml``, which is an e-mail that a mail program opens as a draft.
    templates
        Folder with templates that replace those of the package, by name; see docs/letters.md.
    sender
        Who the e-mails are from, such as ``The team <team@example.org>``.
    since
        An earlier grouping, with the answers to it where they are known (`load_before`): letters then tell
        what changed since. A group is the same one where its id is the same, as in rounds.
    explained
        What letters say of why their reader has its place, or none, by the member's id: `Explainer.told()`
        of `sip_grouping.explain`.
    meetings
        Of a plan (`Plan.meetings`) and of test projects: letters then tell their readers when they meet.
        `verify_plan` of `sip_grouping.verification` says whether they fit.
    meetings_before
        Those that people know: letters mark what moved, what is new, and what is cancelled.
    force
        Replace a folder of letters that is there.

    Raises
    ------
    InputError
        The grouping is not of this edition, a meeting is of none of its groups, an argument is of no use,
        a template is broken, or with `since` a member has several groups.
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    NoGroupingError
        The result has no grouping.
    """
    made = grouping_of(grouping, "write_letters")
    wanted: Sequence[LetterFormat] = (formats,) if isinstance(formats, str) else formats
    origin = _checked(wanted, language, sender)
    _check_same(edition, made)
    check_output(folder, force=force, known_files=LETTER_FILES)
    renderer = Renderer(templates)
    earlier = (
        since
        if since is None or isinstance(since, Proposed)
        else Proposed(grouping_of(since, "write_letters", "since"))
    )
    facts = Facts(edition, made, language, earlier, explained, meetings, meetings_before)
    run = _Run(facts, renderer, wanted, origin)
    write_folder(folder, run.files(), force=force, known_files=LETTER_FILES)
    warnings = (
        *(run.without_address(str(folder)) if "eml" in wanted else ()),
        *_without_title(edition, sorted(run.languages)),
        *renderer.unused(),
    )
    return Letters(
        folder=Path(folder),
        files=tuple(sorted(run.names)),
        members=run.languages.total(),
        sheets=run.sheets,
        by_language=Frozen(sorted(run.languages.items())),
        warnings=warnings,
    )


def _checked(formats: Sequence[str], language: str, sender: str | None) -> Address | None:
    """Return the sender's address; refuse what is of no use."""
    findings = [
        finding("unknown-letter-format", "write_letters", None, "formats", str(one), known=", ".join(FORMATS))
        for one in (formats or [""])
        if one not in FORMATS
    ]  # fmt: skip
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        findings.append(
            finding("unknown-letter-language", "write_letters", None, "language", str(language), known=known)
        )  # fmt: skip
    origin = None if sender is None else address_of(sender)
    if sender is not None and origin is None:
        findings.append(finding("no-sender", "write_letters", None, "sender"))
    if findings:
        raise InputError(findings)
    return origin


def _check_same(edition: Edition, grouping: Grouping) -> None:
    """Refuse a grouping of another edition, or one whose rows name what is not there."""
    new = tuple(pin for pin in grouping.pins if pin not in edition.pins)
    own = edition.with_pins(new) if new else edition
    placed = {one.member_id for one in grouping.placements}
    left_out = {one.member_id for one in grouping.left_out}
    named = (
        placed | left_out == own.member_by_id.keys()
        and all(one.group_id in grouping.group_by_id for one in grouping.placements)
        and all(one.theme in own.theme_by_id for one in grouping.group_records)
        and all(
            leader in own.member_by_id
            for one in grouping.group_records
            for leader in one.moderators
        )
    )
    if not named or own.digest != grouping.edition_digest:
        raise InputError(
            [finding("not-of-this-edition", "write_letters", None, "grouping", grouping.edition_name,
                     edition=edition.name)]
        )  # fmt: skip


class _Run:
    """The files of one call, made one letter at a time, and what is to be said of them in the end."""

    def __init__(
        self,
        facts: Facts,
        renderer: Renderer,
        formats: Sequence[LetterFormat],
        sender: Address | None,
    ) -> None:
        self.names: list[str] = []
        self.languages: Counter[str] = Counter()
        self.sheets = 0
        self._without: dict[str, list[str]] = {"": [], "unusable": []}
        self._facts = facts
        self._renderer = renderer
        self._formats = formats
        self._sender = sender

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of each file; of what was yielded only a row of the table is kept."""
        rows = []
        stems = _Stems("member")
        for told in self._facts.of_members():
            letter = self._letter(stems.of(told.member.id), told, told.member)
            rows.append(merge_row(told, letter))
            self.languages[told.language] += 1
            if not is_usable_address(told.member.email):
                self._without["unusable" if told.member.email else ""].append(told.member.id)
            yield from self._of_letter(letter)
        stems = _Stems("group")
        for sheet in self._facts.of_groups():
            self.sheets += 1
            yield from self._of_letter(
                self._letter(stems.of(sheet.group.id), sheet, sheet.moderator)
            )
        self.names.append(MERGE)
        yield MERGE, merge_bytes(rows)

    def without_address(self, folder: str) -> Iterator[Finding]:
        """Warn of members whose e-mail has no addressee: by their ids, never by what stands there."""
        for variant, some in self._without.items():
            if some:
                ids = ", ".join(some[:_IDS_SHOWN]) + ("" if len(some) <= _IDS_SHOWN else " ...")
                yield finding("no-address", folder, variant=variant, count=len(some), ids=ids)

    def _letter(self, stem: str, facts: MemberFacts | SheetFacts, to: Recipient | None) -> Letter:
        kind = "member" if isinstance(facts, MemberFacts) else "group"
        mailed = "eml" in self._formats
        render = self._renderer
        return Letter(
            stem=stem,
            name="" if to is None else to.name,
            email="" if to is None else to.email,
            subject=one_line(render.text(f"{kind}.subject.txt", facts)),
            text=render.text(f"{kind}.txt", facts) if mailed or "txt" in self._formats else "",
            html=render.html(f"{kind}.html", facts) if mailed or "html" in self._formats else "",
        )

    def _of_letter(self, letter: Letter) -> Iterator[tuple[str, bytes]]:
        for name, content in _files(letter, self._formats, self._sender):
            self.names.append(name)
            yield name, content


def _files(
    letter: Letter, formats: Sequence[LetterFormat], sender: Address | None
) -> Iterator[tuple[str, bytes]]:
    if "txt" in formats:
        yield f"{letter.stem}.txt", letter.text.encode()
    if "html" in formats:
        yield f"{letter.stem}.html", letter.html.encode()
    if "eml" in formats:
        yield f"{letter.stem}.eml", eml_bytes(letter, sender)


class _Stems:
    """Names of files for ids, on any system: no two alike, whatever the case."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._taken: set[str] = set()

    def of(self, one: str) -> str:
        """Return the name for an id, which is numbered where it is taken."""
        safe = safe_group_id(unicodedata.normalize("NFC", one)).encode()[:_LONGEST_STEM]
        first = f"{self._kind}-{safe.decode(errors='ignore')}"
        stem, number = first, 1
        while (key := unicodedata.normalize("NFKC", stem).casefold()) in self._taken:
            number += 1
            stem = f"{first}-{number}"
        self._taken.add(key)
        return stem


def _without_title(edition: Edition, languages: Iterable[str]) -> list[Finding]:
    return [
        finding("title-of-another-language", "edition.toml", None, f"themes.{theme.id}.title.{language}",
                title=one_line(theme.title_in(language)))
        for theme in edition.themes
        for language in languages
        if language not in theme.title
    ]  # fmt: skip
