"""Letters: every member, reason, role, track and language has one that reads whole; files and table."""

import csv
import gc
import io
import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from itertools import product
from pathlib import Path

import pytest
from letters_by_hand import edition_with, grouping_with, person
from spreadsheets import EDITION, OFFICES, Team, corrected
from spreadsheets import members as spreadsheet

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language, pattern
from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Grouping, LeftOutStatus, Reason
from sip_grouping.report.letters import writing
from sip_grouping.report.letters.facts import Facts
from sip_grouping.report.letters.formats import LetterFormat
from sip_grouping.report.letters.mail import Letter
from sip_grouping.report.letters.rendering import Renderer
from sip_grouping.report.letters.told import MemberFacts, SheetFacts
from sip_grouping.report.words import choice_text, distance_text, language_text, slot_text

DEMO = Path(__file__).parents[1] / "data" / "demo-2020-2021"
INELIGIBLE = {Reason.NOT_COOPERATOR, Reason.NOT_COMMITTED}
RENDERER = Renderer(None)


def rendered(facts: MemberFacts | SheetFacts) -> tuple[str, str, str]:
    """Return subject, text and HTML of a letter or a sheet."""
    kind = "member" if isinstance(facts, MemberFacts) else "group"
    return (
        RENDERER.text(f"{kind}.subject.txt", facts),
        RENDERER.text(f"{kind}.txt", facts),
        RENDERER.html(f"{kind}.html", facts),
    )


def check_reads_whole(facts: MemberFacts | SheetFacts) -> str:
    """Check that nothing is left out, doubled or unfinished; return the text."""
    subject, text, html = rendered(facts)
    assert subject.count("\n") == 1
    assert subject.strip()
    visible = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    for whole in (subject, text, visible):
        assert not re.search(r"[{}]|\bNone\b(?! of)|Undefined|<bound|Contact\(", whole), whole
    for line in text.splitlines():
        assert "  " not in line, line
        assert line == line.strip(), line
        assert not re.search(r"\s[,.]|,,|\.\.|\(\)|\( | \)", line), line
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not re.search(r"<(p|li|dd|title)>\s*</", html), html
    # The last two lines are the closing and the sender; what stands in a list may be a phrase.
    *lines, closing, sender = text.splitlines()
    assert closing.endswith(",")
    assert sender[-1].isalpha()
    for line in filter(None, lines):
        if not line.startswith("- "):
            assert line[-1] in ".,:?", line
    return text


def left_out(
    reason: Reason, language: Language, **answers: object
) -> tuple[sip.Edition, Grouping, MemberFacts]:
    given: dict[str, object] = {
        "languages": (language,),
        "cooperator": reason is not Reason.NOT_COOPERATOR,
        "commits": reason is not Reason.NOT_COMMITTED,
    }
    edition = edition_with([person("a", **(given | answers)), person("b")])
    grouping = grouping_with(edition, [], {"a": reason})
    return edition, grouping, Facts(edition, grouping, "en").of_member(edition.members[0])


@pytest.mark.parametrize(("reason", "language"), list(product(Reason, LANGUAGES)))
def test_every_reason_is_told_in_every_language(reason: Reason, language: Language) -> None:
    _, _, facts = left_out(reason, language)
    assert facts.language == language
    assert facts.reason is not None
    assert facts.reason.text == pattern(language, "reason.letter", reason.value)
    assert facts.reason.text[-1] == "."
    assert facts.status == ("ineligible" if reason in INELIGIBLE else "unplaced")
    text = check_reads_whole(facts)
    assert facts.reason.text in text
    for help_ in facts.reason.helps:
        assert f"\n- {help_}\n" in text


ANSWERS = (
    {"video": False, "slots": ("tue-evening",), "moderator": "only"},
    {"local": False, "secretary": True},
    {"moderator": True, "secretary": True, "name": None},
    {"languages": (), "themes": ("support", "gender", "sharing")},
)


@pytest.mark.parametrize(("reason", "answers"), list(product(Reason, ANSWERS)))
def test_what_may_help_is_something_the_member_has_not_said_yes_to(
    reason: Reason, answers: dict[str, object]
) -> None:
    edition, _, facts = left_out(reason, "en", **answers)
    member = edition.members[0]
    check_reads_whole(facts)
    assert facts.reason is not None
    said = " ".join(facts.reason.helps)
    assert ("by video" not in said) or not member.video
    assert ("in person" not in said) or not member.local
    assert ("as moderator" not in said) or not member.volunteers_for(Role.MODERATOR)
    assert ("as secretary" not in said) or not member.volunteers_for(Role.SECRETARY)
    assert ("that role" not in said) or member.only_in_a_role
    assert ("another language" not in said) or member.languages
    assert "times of the week" not in said  # no theme asks for a shared slot
    for theme in edition.themes:
        assert (theme.title["en"] not in said) or theme.id not in member.themes


def test_what_helps_fits_the_reason() -> None:
    def helps(reason: Reason, **answers: object) -> tuple[str, ...]:
        facts = left_out(reason, "en", **answers)[2]
        assert facts.reason is not None
        return facts.reason.helps

    other = "choose another theme as well: Sharing"
    assert helps(Reason.NO_THEME_OPEN) == (other,)
    assert helps(Reason.NO_TRACK, video=False) == ("accept a group by video as well", other)
    assert helps(Reason.NO_ROLE_WANTED, moderator="only")[0] == (
        "take part without that role as well"
    )
    assert helps(Reason.NO_MODERATOR)[0] == "volunteer as moderator"
    assert helps(Reason.TOO_FEW)[-1] == "find other cooperators who want to take part"
    assert helps(Reason.NOT_COOPERATOR) == ()
    assert helps(Reason.OUTWEIGHED, languages=(), themes=("support", "gender", "sharing")) == ()


def test_a_theme_closed_in_the_country_or_without_groups_does_not_help() -> None:
    for changes in ({"countries": ("FR",)}, {"groups_max": 0}):
        edition, grouping, _ = left_out(Reason.NO_THEME_OPEN, "en")
        *themes, last = edition.themes
        edition = edition.replace(themes=(*themes, last.model_copy(update=changes)))
        facts = Facts(edition, grouping, "en").of_member(edition.members[0])
        assert facts.reason is not None
        assert facts.reason.helps == ()


def company(language: Language, *, shares: bool) -> list[sip.Member]:
    """Return members a to e, of whom a reads the letter."""
    return [
        person("a", languages=(language,), moderator=True, secretary=True, share_contact=shares),
        person("b", moderator=True, secretary=True, share_contact=shares),
        person("c", moderator=True, share_contact=True, email=None),
        person("d", share_contact=True, name=None, languages=("fr", "nl")),
        person("e"),
    ]


ROLES = {
    Role.MODERATOR: {"moderators": ["a"], "secretaries": ["b"]},
    Role.SECRETARY: {"moderators": ["b"], "secretaries": ["a"]},
    Role.MEMBER: {"moderators": ["b", "c"], "secretaries": []},
}


@pytest.mark.parametrize(
    ("track", "role", "language", "shares"),
    list(product(Track, Role, LANGUAGES, (True, False))),
)
@pytest.mark.parametrize("inside", ["abcde", "ae", "abc", "a"])
def test_every_role_and_track_is_told_in_every_language(
    track: Track, role: Role, language: Language, shares: bool, inside: str
) -> None:
    edition = edition_with(company(language, shares=shares))
    roles = {name: [one for one in ids if one in inside] for name, ids in ROLES[role].items()}
    grouping = grouping_with(
        edition,
        [
            {"theme": "gender", "track": track.value, "members": list(inside),
             "place": "bxl" if track is Track.LOCAL else "",
             "moderators": roles["moderators"], "secretaries": roles["secretaries"]}
        ],
    )  # fmt: skip
    facts = Facts(edition, grouping, "en")
    told = facts.of_member(edition.members[0])
    text = check_reads_whole(told)
    assert edition.theme_by_id["gender"].title[language] in text
    assert choice_text(2, language) in text
    assert pattern(language, "role", role.value) in text or role is Role.MEMBER
    assert ("Bruxelles (1060 Saint-Gilles)" in text) == (track is Track.LOCAL)
    assert ("mail.b@example.org" in text) == (shares and "b" in inside)
    for sheet in facts.of_groups():
        check_reads_whole(sheet)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_member_of_two_groups_is_told_of_both(language: Language) -> None:
    edition = edition_with(
        [person("a", languages=(language,)), person("b", languages=(language,))],
        rules={"groups_per_member": 2, "moderators": 0, "secretaries": 0},
    )
    grouping = grouping_with(
        edition,
        [
            {"theme": "support", "place": "bxl", "members": ["a", "b"], "group_id": "one"},
            {"theme": "gender", "track": "video", "members": ["a"], "group_id": "two"},
        ],
    )
    facts = Facts(edition, grouping, "en")
    text = check_reads_whole(facts.of_member(edition.members[0]))
    assert re.search(r"\bone\b", text)
    assert re.search(r"\btwo\b", text)
    assert len(facts.of_member(edition.members[0]).seats) == 2
    assert len(list(facts.of_groups())) == 2


@pytest.mark.parametrize(
    ("answers", "group_language", "language"),
    [
        ({"languages": ("nl", "fr")}, "fr", "nl"),
        ({"languages": ("fr", "nl")}, "nl", "fr"),
        ({"languages": ("de", "en", "nl")}, "nl", "en"),
        ({"languages": ("de", "es")}, "de", "given"),
        ({"languages": ("de",), "country": "FR", "postcode": "59000"}, "de", "fr"),
        ({}, "nl", "nl"),
        ({"country": "FR", "postcode": "59000"}, "en", "en"),
        ({"country": "FR", "postcode": "59000"}, "", "fr"),
        ({"country": "FR", "postcode": "59000"}, None, "fr"),
        ({}, None, "given"),
    ],
)
def test_a_letter_is_in_the_language_of_its_reader(
    answers: dict[str, object], group_language: str | None, language: str
) -> None:
    """The first listed that letters have; else the group's; else of France French; else the one given."""
    edition = edition_with([person("a", **answers)])
    groups = [] if group_language is None else [
        {"theme": "support", "track": "video", "members": ["a"], "language": group_language}
    ]  # fmt: skip
    for given in LANGUAGES:
        facts = Facts(edition, grouping_with(edition, groups), given)  # type: ignore[arg-type]
        wanted = given if language == "given" else language
        assert facts.of_member(edition.members[0]).language == wanted


def test_a_place_is_told_with_its_town_and_where_it_is_abroad_its_country() -> None:
    edition = edition_with(
        [person("a", languages=("nl",)), person("b", country="FR", postcode="59000", languages=("fr",))],
        offices=[
            {"office_id": "bxl", "name": "Bruxelles", "country": "BE", "postcode": "1060"},
            {"office_id": "lil", "name": "LILLE", "country": "FR", "postcode": "59000"},
            {"office_id": "gent", "country": "BE", "postcode": "9000"},
        ],
    )  # fmt: skip
    told = {}
    for place in ("bxl", "lil", "gent", "BE-9000", "FR-59000"):
        wanted = {"theme": "support", "place": place, "members": ["a", "b"]}
        grouping = grouping_with(edition, [wanted])  # type: ignore[list-item]
        name = {"BE-9000": "Gent", "FR-59000": "FR-59000"}.get(place, "")
        group = grouping.group_records[0].model_copy(update={"place_name": name})
        facts = Facts(edition, grouping.model_copy(update={"group_records": (group,)}), "en")
        told[place] = [facts.of_member(one).seats[0].group.place for one in edition.members]
    assert told == {
        "bxl": ["Bruxelles (1060 Saint-Gilles)", "Bruxelles (1060 Saint-Gilles), Belgique"],
        "lil": ["LILLE (59000), Frankrijk", "LILLE (59000)"],
        "gent": ["gent (9000)", "gent (9000), Belgique"],
        "BE-9000": ["9000 Gent", "9000 Gent, Belgique"],
        "FR-59000": ["59000, Frankrijk", "59000"],
    }


def test_words_are_those_of_the_language() -> None:
    assert [slot_text("tue-evening", one) for one in ("nl", "fr", "en")] == [
        "dinsdagavond", "mardi soir", "Tuesday evening",
    ]  # fmt: skip
    assert slot_text("sun-noon", "nl") == "zondagmiddag"
    for odd in ("18h", "tue-18h", "xyz-evening", ""):
        assert slot_text(odd, "fr") == odd
    assert [language_text("nl", one) for one in ("nl", "fr", "en")] == [
        "Nederlands", "néerlandais", "Dutch",
    ]  # fmt: skip
    assert language_text("xx", "nl") == "xx"
    assert [choice_text(rank, "nl") for rank in (1, 4)] == ["eerste keuze", "4e keuze"]
    assert distance_text(999, "nl") == "minder dan 1 km"
    assert distance_text(1000, "fr") == "environ 1,0 km"
    assert distance_text(12_345, "en") == "about 12.3 km"


def test_without_a_name_the_salutation_is_neutral() -> None:
    first_lines = {"nl": "Beste,", "fr": "Bonjour,", "en": "Hello,"}
    for language in LANGUAGES:
        _, _, facts = left_out(Reason.TOO_FEW, language, name=None)
        assert rendered(facts)[1].splitlines()[0] == first_lines[language]
        assert (
            rendered(left_out(Reason.TOO_FEW, language)[2])[1]
            .splitlines()[0]
            .endswith(" Namea Family,")
        )


@pytest.fixture(scope="module")
def named_demo() -> tuple[sip.Edition, Grouping]:
    """Return the demo edition with names that nobody has, of whom every other shares them."""
    edition = sip.load_edition(DEMO)
    members = tuple(
        one.model_copy(
            update={
                "name": f"Name{number} Family" if number % 7 else None,
                "email": f"mail.{number}@example.org" if number % 5 else None,
                "share_contact": number % 2 == 0,
            }
        )
        for number, one in enumerate(edition.members)
    )
    edition = edition.replace(members=members)
    result = sip.form_groups(edition, work_limit=20, gap=0.05)
    assert result.grouping is not None
    return edition, result.grouping


def all_facts(edition: sip.Edition, grouping: Grouping) -> Iterator[MemberFacts | SheetFacts]:
    facts = Facts(edition, grouping, "en")
    yield from facts.of_members()
    yield from facts.of_groups()


def test_every_letter_of_the_demo_edition_reads_whole(
    named_demo: tuple[sip.Edition, Grouping],
) -> None:
    edition, grouping = named_demo
    languages = set()
    for facts in all_facts(edition, grouping):
        check_reads_whole(facts)
        languages.add(facts.language)
    assert languages == set(LANGUAGES)
    # So they do for members who all read one language.
    for language in LANGUAGES:
        members = tuple(
            one.model_copy(update={"languages": (language,)}) for one in edition.members
        )
        for facts in all_facts(edition.replace(members=members), grouping):
            assert facts.language == language
            check_reads_whole(facts)


TEAMS: tuple[Team, ...] = ("fr", "nl")


@pytest.mark.parametrize("team", TEAMS)
def test_every_letter_of_a_teams_spreadsheet_reads_whole(team: Team, tmp_path: Path) -> None:
    (tmp_path / "edition.toml").write_text(EDITION[team], "utf-8")
    (tmp_path / "offices.csv").write_text(OFFICES[team], "utf-8")
    (tmp_path / "members.csv").write_text(corrected(spreadsheet(team), team), "utf-8")
    edition = sip.load_edition(tmp_path)
    result = sip.form_groups(edition, work_limit=20, gap=0.05)
    assert result.grouping is not None
    for language in LANGUAGES:
        members = tuple(
            one.model_copy(update={"languages": (language,), "share_contact": True})
            for one in edition.members
        )
        for facts in all_facts(edition.replace(members=members), result.grouping):
            check_reads_whole(facts)


def table(folder: Path) -> list[dict[str, str]]:
    content = (folder / "mail-merge.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_folder_has_a_letter_per_member_a_sheet_per_group_and_a_table(
    named_demo: tuple[sip.Edition, Grouping], tmp_path: Path
) -> None:
    edition, grouping = named_demo
    written = sip.write_letters(
        edition, grouping, tmp_path / "letters", sender="Us <us@coop.example>"
    )
    names = sorted(path.name for path in (tmp_path / "letters").iterdir())
    assert tuple(names) == written.files
    assert (written.members, written.sheets) == (240, len(grouping.group_records))
    assert sum(written.by_language.values()) == 240
    members = [f"member-{one.member_id}" for one in edition.members]
    groups = [f"group-{one.group_id}" for one in grouping.group_records]
    ends = ("txt", "html", "eml")
    assert set(names) == {
        "mail-merge.csv",
        *(f"{a}.{b}" for a, b in product(members + groups, ends)),
    }
    rows = table(tmp_path / "letters")
    assert [row["member_id"] for row in rows] == [one.member_id for one in edition.members]
    assert [row["file"] for row in rows] == members
    for row, member in zip(rows, edition.members, strict=True):
        assert row["name"] == (member.name or "")
        assert (row["status"] == "placed") == bool(row["group_id"]) == (not row["reason_text"])
    unplaced = {one.member_id for one in grouping.left_out if one.status is LeftOutStatus.UNPLACED}
    assert {row["member_id"] for row in rows if row["status"] == "unplaced"} == unplaced
    (no_address,) = [one for one in written.warnings if one.code == "no-address"]
    assert "48 (m001" in no_address.message


def test_the_same_letters_are_the_same_bytes(
    named_demo: tuple[sip.Edition, Grouping], tmp_path: Path
) -> None:
    for name in ("one", "two"):
        sip.write_letters(*named_demo, tmp_path / name, formats=("eml",))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_an_eml_file_is_a_draft_with_text_and_html(
    named_demo: tuple[sip.Edition, Grouping], tmp_path: Path
) -> None:
    edition, grouping = named_demo
    folder = tmp_path / "letters"
    sip.write_letters(edition, grouping, folder, sender="L'équipe coopérative <us@coop.example>")
    for number, member in enumerate(edition.members):
        content = (folder / f"member-{member.member_id}.eml").read_bytes()
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert max(map(len, content.split(b"\r\n"))) <= 998
        content.decode("ascii")
        message = BytesParser(policy=policy.SMTP).parsebytes(content)
        assert not message.defects
        assert message["X-Unsent"] == "1"
        assert message["From"].addresses[0].display_name == "L'équipe coopérative"
        assert message["Date"] is None
        to = message["To"]
        assert (None if to is None else to.addresses[0].addr_spec) == member.email
        if number % 7 and to is not None:
            assert to.addresses[0].display_name == member.name
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        assert text is not None
        assert html is not None
        shown = (folder / f"member-{member.member_id}.txt").read_text("utf-8")
        assert text.get_content().splitlines() == shown.splitlines()
        assert html.get_content().splitlines() == (
            (folder / f"member-{member.member_id}.html").read_text("utf-8").splitlines()
        )


@pytest.mark.parametrize(
    ("formats", "ends"), [(("txt",), {"txt"}), (("eml", "html"), {"eml", "html"})]
)
def test_only_the_formats_asked_for_are_written(
    tmp_path: Path, formats: tuple[LetterFormat, ...], ends: set[str]
) -> None:
    edition = edition_with([person("a")])
    written = sip.write_letters(
        edition, grouping_with(edition, []), tmp_path / "x", formats=formats
    )
    assert {name.rpartition(".")[2] for name in written.files} == ends | {"csv"}


def test_a_result_can_be_given_and_its_pins_too(tmp_path: Path) -> None:
    edition = edition_with([person(one, moderator=True, secretary=True) for one in "abc"])
    pin = sip.Pin(member_id="a", theme="support", track=Track.LOCAL, place="bxl")
    result = sip.form_groups(edition, pins=[pin], work_limit=10)
    assert result.grouping is not None
    assert result.grouping.pins
    assert sip.write_letters(edition, result, tmp_path / "x").members == 3
    assert sip.write_letters(result.edition, result, tmp_path / "y").members == 3


SETTLED = {
    "en": "State: your place is settled",
    "fr": "votre place est acquise",
    "nl": "Stand: uw plaats ligt vast",
}
NOT_ASKED = {
    "en": "You need not answer.",
    "fr": "Vous n'avez pas besoin de répondre.",
    "nl": "U hoeft niet te antwoorden.",
}
PROPOSAL = {"en": "proposal", "fr": "proposition", "nl": "voorstel"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("of_call", [False, True])
@pytest.mark.parametrize(
    ("pin_role", "role", "asked"),
    [
        (None, Role.MEMBER, False),
        (Role.MEMBER, Role.MEMBER, False),
        (Role.MODERATOR, Role.MODERATOR, False),
        (None, Role.MODERATOR, True),
        (Role.MEMBER, Role.SECRETARY, True),
    ],
)
def test_who_is_pinned_is_not_asked_again_but_for_a_new_role(
    language: Language, of_call: bool, pin_role: Role | None, role: Role, asked: bool
) -> None:
    pin = sip.Pin(member_id="a", theme="support", track=Track.LOCAL, place="bxl", role=pin_role)
    people = [person(one, languages=(language,), moderator=True, secretary=True) for one in "ab"]
    edition = edition_with(people, pins=() if of_call else (pin,))
    grouping = grouping_with(
        edition,
        [
            {"theme": "support", "place": "bxl", "members": ["a", "b"],
             "moderators": ["a"] * (role is Role.MODERATOR),
             "secretaries": ["a"] * (role is Role.SECRETARY)}
        ],
    )  # fmt: skip
    facts = Facts(edition, grouping.model_copy(update={"pins": (pin,) * of_call}), "en")
    (seat,) = facts.of_member(edition.members[0]).seats
    assert (seat.settled, seat.asked) == (True, asked)
    text = check_reads_whole(facts.of_member(edition.members[0]))
    assert SETTLED[language] in text
    assert (NOT_ASKED[language] in text) != asked
    assert (PROPOSAL[language] in text) == asked
    other = check_reads_whole(facts.of_member(edition.members[1]))
    assert SETTLED[language] not in other
    assert NOT_ASKED[language] not in other
    assert PROPOSAL[language] in other
    for sheet in facts.of_groups():
        assert PROPOSAL[language] in check_reads_whole(sheet)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_groups_the_one_that_is_not_pinned_is_a_proposal(language: Language) -> None:
    pin = sip.Pin(member_id="a", theme="gender", track=Track.VIDEO)
    edition = edition_with(
        [person("a", languages=(language,))], rules={"groups_per_member": 2}, pins=(pin,)
    )
    grouping = grouping_with(
        edition,
        [
            {"theme": "support", "place": "bxl", "members": ["a"], "group_id": "one"},
            {"theme": "gender", "track": "video", "members": ["a"], "group_id": "two"},
        ],
    )
    facts = Facts(edition, grouping, "en")
    told = facts.of_member(edition.members[0])
    assert {seat.group.id: seat.asked for seat in told.seats} == {"one": True, "two": False}
    text = check_reads_whole(told)
    assert text.count(SETTLED[language]) == 1
    assert PROPOSAL[language] in text
    one, two = sorted(facts.of_groups(), key=lambda sheet: sheet.group.id)
    assert PROPOSAL[language] in check_reads_whole(one)
    assert PROPOSAL[language] not in check_reads_whole(two)


def test_the_table_says_whose_place_is_settled(tmp_path: Path) -> None:
    pin = sip.Pin(member_id="b", theme="support", track=Track.LOCAL, place="bxl")
    edition = edition_with([person(one) for one in "abc"], pins=(pin,))
    grouping = grouping_with(edition, [{"theme": "support", "place": "bxl", "members": ["a", "b"]}])
    sip.write_letters(edition, grouping, tmp_path / "x", formats="txt")
    assert [row["settled"] for row in table(tmp_path / "x")] == ["no", "yes", ""]


def test_letters_are_not_all_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = edition_with([person(f"m{number}") for number in range(12)])
    alive = []
    gc.freeze()  # what is there already is not looked through for each letter

    def counted(folder: Path, files: Iterator[tuple[str, bytes]], **_: object) -> None:
        assert folder == tmp_path
        for _name, _content in files:
            alive.append(sum(isinstance(one, Letter) for one in gc.get_objects()))

    monkeypatch.setattr(writing, "write_folder", counted)
    assert sip.write_letters(edition, grouping_with(edition, []), tmp_path).members == 12
    gc.unfreeze()
    assert len(alive) == 12 * 3 + 1
    assert max(alive) <= 2
