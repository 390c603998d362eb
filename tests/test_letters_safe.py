"""What letters must not do: tell of somebody who did not allow it, run what was typed, leave their folder."""

import csv
import io
import re
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path

import pytest
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from letters_by_hand import HUB, THEMES, edition_with, grouping_with, person
from nasty import NASTY

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Grouping
from sip_grouping.report.letters.facts import Facts
from sip_grouping.report.letters.mail import MERGE_COLUMNS, Letter, eml_bytes, is_usable_address
from sip_grouping.report.letters.rendering import Renderer

RENDERER = Renderer(None)


def told_of(edition: sip.Edition, grouping: Grouping, folder: Path) -> dict[str, str]:
    """Return all that each file says, by its name; e-mails with their headers, decoded."""
    sip.write_letters(edition, grouping, folder)
    found = {}
    for path in folder.iterdir():
        if path.suffix == ".eml":
            message = BytesParser(policy=policy.SMTP).parsebytes(path.read_bytes())
            headers = "\n".join(f"{name}: {value}" for name, value in message.items())
            bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
            found[path.name] = headers + "".join(one.get_content() for one in bodies if one)
        else:
            found[path.name] = path.read_text("utf-8-sig")
    return found


@st.composite
def companies(draw: st.DrawFn) -> tuple[sip.Edition, Grouping]:
    """Draw members who share or not, in groups of any role, by video or not, or in none."""
    count = draw(st.integers(2, 9))
    ids = [f"m{number}x" for number in range(count)]
    members = [
        person(
            one,
            share_contact=draw(st.booleans()),
            languages=draw(st.sampled_from([("nl",), ("fr",), ("en",), ()])),
            moderator=True,
            secretary=True,
            cooperator=draw(st.integers(0, 9)) > 0,
            **draw(st.sampled_from([{}, {"name": None}, {"email": None}])),
        )
        for one in ids
    ]
    edition = edition_with(members)
    of_group: dict[int, list[str]] = {}
    for one, member in zip(ids, members, strict=True):
        at = draw(st.integers(0, 2))
        if at and member.eligible:
            of_group.setdefault(at, []).append(one)
    groups = []
    for inside in of_group.values():
        leaders = draw(st.integers(0, min(2, len(inside))))
        video = draw(st.booleans())
        groups.append(
            {"theme": "support", "members": inside, "moderators": inside[:leaders],
             "secretaries": inside[leaders : leaders + 1],
             "track": "video" if video else "local", "place": "" if video else "bxl"}
        )  # fmt: skip
    return edition, grouping_with(edition, groups)  # type: ignore[arg-type]


@settings(max_examples=cases(20, 40), deadline=None)
@given(companies())
def test_name_and_address_are_given_to_the_group_alone_and_only_where_they_are_shared(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[sip.Edition, Grouping]
) -> None:
    edition, grouping = drawn
    group_of = {one.member_id: one.group_id for one in grouping.placements}
    told = told_of(edition, grouping, tmp_path_factory.mktemp("letters") / "x")
    rows = csv.DictReader(io.StringIO(told.pop("mail-merge.csv")), delimiter=";")
    readers: list[tuple[str | None, str | None, str]] = []
    for row in rows:
        own = row["member_id"]
        readers.append((own, group_of.get(own), " ".join(row.values())))
    for name, text in told.items():
        stem = name.rpartition(".")[0]
        kind, _, of = stem.partition("-")
        if kind == "member":
            readers.append((of, group_of.get(of), text))
        else:
            group = next(
                one for one in grouping.group_records if of in {one.group_id, f"{one.group_id}-2"}
            )
            leader = group.moderators[of.endswith("-2")] if group.moderators else None
            readers.append((leader, group.group_id, text))
    assert len(readers) == len(edition.members) + len(told)
    for reader, group_id, text in readers:
        for member in edition.members:
            if member.member_id == reader:
                continue
            shared = member.share_contact and group_id == group_of.get(member.member_id, "none")
            for personal in filter(None, (member.name, member.email)):
                assert (personal in text) == shared, (reader, member.member_id)


class Page(HTMLParser):
    """Collects the elements of a page and what could run in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.runs: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {
            "script",
            "iframe",
            "object",
            "embed",
            "svg",
            "img",
            "link",
            "base",
            "form",
            "a",
        }:
            self.runs.append(tag)
        self.runs += [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "div", "p", "br", "h1", "h2", "ul", "li", "dl",
    "dt", "dd",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def nasty_edition(text: str) -> tuple[sip.Edition, Grouping]:
    """Return an edition in which a text stands wherever somebody may type one."""
    members = [
        person(
            "a", moderator=True, share_contact=True, name=text, email=text, extra={"Note": text}
        ),
        person("b", secretary=True, share_contact=True, name=text, email=text, extra={text: "x"}),
        person("c", name=text, email=text, slots=()),
    ]
    title = dict.fromkeys(LANGUAGES, text)
    edition = edition_with(
        members,
        name=text if text.strip() else "x",
        themes=(THEMES[0].model_copy(update={"title": title}), *THEMES[1:]),
        offices=(HUB.model_copy(update={"name": text}),),
    )
    grouping = grouping_with(
        edition,
        [{"theme": "support", "place": "bxl", "members": ["a", "b"], "moderators": ["a"],
          "secretaries": ["b"], "language": "nl"}],
    )  # fmt: skip
    return edition, grouping


@pytest.mark.parametrize("text", NASTY)
def test_whatever_is_typed_stays_text(text: str, tmp_path: Path) -> None:
    edition, grouping = nasty_edition(text)
    written = sip.write_letters(edition, grouping, tmp_path / "x", sender=None)
    assert len(written.files) == 3 * 4 + 1
    lined = " ".join((edition.members[0].name or "").split())
    for path in (tmp_path / "x").iterdir():
        if path.suffix == ".html":
            page = Page(path.read_text("utf-8"))
            assert page.runs == []
            assert set(page.tags) <= TAGS
            if path.stem != "member-c":
                assert lined in " ".join("".join(page.text).split())
        if path.suffix == ".eml":
            check_headers(path.read_bytes())
        if path.suffix == ".csv":
            lines = path.read_text("utf-8-sig")
            rows = list(csv.reader(io.StringIO(lines), delimiter=";"))
            assert {len(row) for row in rows} == {len(MERGE_COLUMNS)}
            for cell in (one for row in rows for one in row):
                assert not re.match(r"[=+\-@\t\r]", cell), cell


def check_headers(content: bytes) -> None:
    message = BytesParser(policy=policy.SMTP).parsebytes(content)
    assert message.keys() == [
        name for name in ("Subject", "To", "X-Unsent", "MIME-Version", "Content-Type") if name in message
    ]  # fmt: skip
    assert "Bcc" not in message
    assert not message.defects
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\r\n\r\n" in content
    assert message.get_content_type() == "multipart/alternative"


@settings(max_examples=cases(80, 200), deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_adds_a_header_or_stops_a_letter(name: str, subject: str, text: str) -> None:
    def one_line(value: str) -> str:
        return " ".join(value.split())

    letter = Letter(
        stem="member-a",
        name=one_line(name),
        email="a@example.org",
        subject=one_line(subject),
        text=f"{text}\n",
        html=f"<p>{name}</p>\n",
    )
    check_headers(eml_bytes(letter, None))


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("lid00@example.org", True),
        ("voor.naam+x@mail.example.org", True),
        ("o'neil@example.org", True),
        ("a@b", False),
        ("a b@example.org", False),
        ("a@example.org, b@example.org", False),
        ("a@example.org\nBcc: b@example.org", False),
        ("élise@example.org", False),
        ("a@exämple.org", False),
        ("<a@example.org>", False),
        ("a@@example.org", False),
        (".a@example.org", False),
        ("a..b@example.org", False),
        ("a(at)example.org", False),
        ("", False),
    ],
)
def test_only_an_address_that_mail_can_go_to_is_an_addressee(address: str, usable: bool) -> None:
    assert is_usable_address(address) == usable
    letter = Letter("member-a", "Élise", address, "subject", "text\n", "<p>text</p>\n")
    message = BytesParser(policy=policy.SMTP).parsebytes(eml_bytes(letter, None))
    assert ("To" in message) == usable


def test_addresses_that_cannot_be_used_are_warned_of_and_not_shown(tmp_path: Path) -> None:
    edition = edition_with([person("a", email="secret at example"), person("b", email=None)])
    written = sip.write_letters(edition, grouping_with(edition, []), tmp_path / "x")
    told = [f"{one.variant}: {one}" for one in written.warnings]
    assert len(told) == 2
    assert "(b)" in told[0]
    assert told[1].startswith("unusable: ")
    assert "(a)" in told[1]
    assert "secret" not in "".join(told)


def test_ids_become_names_of_files_that_differ_on_any_system(tmp_path: Path) -> None:
    ids = [
        "A1",
        "a1",
        "../x",
        "..\\x",
        "con",
        "a/b",
        "a:b",
        "x" * 128,
        "é" * 128,
        "x" * 127 + "y",
        "日" * 128,
    ]
    edition = edition_with([person(one, name=None, email=None) for one in ids])
    grouping = grouping_with(edition, [])
    written = sip.write_letters(edition, grouping, tmp_path / "x", formats=("txt",))
    files = [name for name in written.files if name.endswith(".txt")]
    assert len({name.casefold() for name in files}) == len(ids)
    for name in files:
        assert len(name.encode()) <= 160
        assert re.fullmatch(r"member-[\w.-]+\.txt", name), name
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]


def test_a_folder_of_letters_is_replaced_only_where_that_is_asked_for(tmp_path: Path) -> None:
    edition = edition_with([person("a"), person("b")])
    grouping = grouping_with(edition, [])
    folder = tmp_path / "x"
    sip.write_letters(edition, grouping, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(sip.OutputError):
        sip.write_letters(edition, grouping, folder)
    smaller = edition_with([person("a")])
    sip.write_letters(smaller, grouping_with(smaller, []), folder, force=True)
    assert {path.name for path in folder.iterdir()} == set(before) - {
        f"member-b.{end}" for end in ("txt", "html", "eml")
    }
    (folder / "list.txt").write_text("precious", "utf-8")
    with pytest.raises(sip.OutputError) as caught:
        sip.write_letters(edition, grouping, folder, force=True)
    assert caught.value.findings[0].code == "output-not-ours"
    assert (folder / "list.txt").read_text("utf-8") == "precious"


def test_a_grouping_of_other_answers_is_refused(tmp_path: Path) -> None:
    edition = edition_with([person("a"), person("b")])
    grouping = grouping_with(
        edition, [{"theme": "support", "place": "bxl", "members": ["a", "b"], "moderators": ["a"]}]
    )
    changed = edition.members[0].model_copy(update={"office": "bxl"})
    placement = grouping.placements[0]
    cases = {
        "an answer": (edition.replace(members=(changed, edition.members[1])), grouping),
        "a member": (edition_with([person("a")]), grouping),
        "a row": (edition, grouping.model_copy(update={"placements": (placement,)})),
        "a group": (
            edition,
            grouping.model_copy(
                update={
                    "placements": (
                        placement.model_copy(update={"group_id": "nowhere"}),
                        *grouping.placements[1:],
                    )
                }
            ),
        ),
    }
    for what, (other, rows) in cases.items():
        with pytest.raises(sip.InputError) as caught:
            sip.write_letters(other, rows, tmp_path / "x")
        assert [one.code for one in caught.value.findings] == ["not-of-this-edition"], what
    # What decides nothing of a grouping may have changed since.
    named = edition.members[0].model_copy(update={"name": "Other", "share_contact": True})
    other = edition.replace(members=(named, edition.members[1]))
    assert sip.write_letters(other, grouping, tmp_path / "x").members == 2


def test_arguments_of_no_use_are_told_at_once(tmp_path: Path) -> None:
    edition = edition_with([person("a")])
    wrong: dict[str, object] = {"formats": ("txt", "pdf"), "language": "de", "sender": "nobody"}
    with pytest.raises(sip.InputError) as caught:
        sip.write_letters(edition, grouping_with(edition, []), tmp_path / "x", **wrong)  # type: ignore[arg-type]
    codes = ["unknown-letter-format", "unknown-letter-language", "no-sender"]
    assert [one.code for one in caught.value.findings] == codes
    with pytest.raises(sip.InputError):
        sip.write_letters(edition, grouping_with(edition, []), tmp_path / "x", formats=())
    assert not (tmp_path / "x").exists()


def test_the_moderators_of_a_group_get_a_sheet_each_that_keeps_their_secrets() -> None:
    edition = edition_with(
        [person("a", moderator=True, languages=("nl",)), person("b", moderator=True, languages=("fr",))]
    )  # fmt: skip
    grouping = grouping_with(
        edition,
        [{"theme": "support", "track": "video", "members": ["a", "b"], "moderators": ["a", "b"]}],
    )
    sheets = list(Facts(edition, grouping, "en").of_groups())
    assert [one.language for one in sheets] == ["nl", "fr"]
    for own, other, sheet in (("a", "b", sheets[0]), ("b", "a", sheets[1])):
        text = RENDERER.text("group.txt", sheet)
        assert f"Name{own}" in text
        assert f"Name{other}" not in text
        assert sheet.hidden == 1
    assert sheets[0].group.track == Track.VIDEO
    assert {Role.MODERATOR} == {one.role for one in grouping.placements}
