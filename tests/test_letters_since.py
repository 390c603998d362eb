"""Letters after groups were formed again: what changed for each member, in every language and format."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from cli_case import command
from grouping_builder import GroupWanted
from letters_by_hand import edition_with, grouping_with, person
from test_letters import check_reads_whole, rendered
from test_rounds_reform import season, with_answers

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.records import Rules, SizeLimits
from sip_grouping.grouping import Grouping, Reason
from sip_grouping.grouping.changes import ChangeKind
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.report.letters.facts import Facts
from sip_grouping.report.letters.since import LetterKind
from sip_grouping.report.letters.told import MemberFacts

Capture = pytest.CaptureFixture[str]
ENGLISH = re.compile(
    r"\b(?:the|your|you|group|groups|new|please|has|have|left|now)\b", re.IGNORECASE
)
ACCEPTED = sip.Pin(member_id="a", theme="support", track=sip.Track.LOCAL, place="bxl")


def group(members: str, group_id: str = "one", **fields: object) -> GroupWanted:
    """Return a group in Brussels; who is written large moderates it."""
    wanted: dict[str, object] = {
        "theme": "support", "place": "bxl", "members": list(members.lower()), "group_id": group_id,
        "moderators": [one.lower() for one in members if one.isupper()],
    }  # fmt: skip
    return wanted | fields  # type: ignore[return-value]


@dataclass(frozen=True)
class Case:
    """Groups before and now, and what the letter to member a then says of them."""

    before: tuple[GroupWanted, ...]
    now: tuple[GroupWanted, ...]
    kinds: tuple[str, ...]
    says: Mapping[Language, str]
    asked: str = ""
    member: Mapping[str, object] = field(default_factory=dict)
    reason: Reason = Reason.TOO_FEW
    pinned: bool = False
    shares: bool = False
    given_up: sip.Role | None = None
    secretaries: int = 0
    size_min: int = 1


def said(nl: str, fr: str, en: str) -> dict[Language, str]:
    return {"nl": nl, "fr": fr.replace(" :", "\N{NO-BREAK SPACE}:"), "en": en}


SIX = "abcdef"
BEFORE = (group("aBcd"), group("ef", "two"))
VIDEO = {"track": "video", "place": ""}
CASES = {
    "stays, accepted": Case(
        BEFORE, BEFORE, ("stays",), pinned=True,
        says=said(
            "Uw groep blijft zoals ze was en u hoeft niets te doen.",
            "Votre groupe reste tel qu'il était et vous n'avez rien à faire.",
            "Your group stays as it was, and you need do nothing.",
        ),
    ),
    "stays, no answer": Case(
        BEFORE, BEFORE, ("stays",),
        says=said(
            "Uw groep blijft zoals ze was. We hebben uw antwoord nog nodig: laat ons weten of u "
            "akkoord gaat.",
            "Votre groupe reste tel qu'il était. Il nous manque encore votre réponse : dites-nous si "
            "vous êtes d'accord.",
            "Your group stays as it was. We still need your answer: please tell us whether you agree.",
        ),
    ),
    "stays, others change": Case(
        BEFORE, (group("aBef"),), ("stays",), pinned=True,
        says=said(
            "Uw groep blijft bestaan en u hoeft niets te doen. Er zijn 2 leden weggegaan "
            "en er zijn 2 nieuwe leden bijgekomen.",
            "Votre groupe est maintenu et vous n'avez rien à faire. Depuis notre dernière proposition, "
            "2 membres l'ont quitté et 2 nouveaux membres l'ont rejoint.",
            "Your group stays, and you need do nothing. Since our last proposal 2 members have left "
            "and 2 new members have joined.",
        ),
    ),
    "stays, one is new": Case(
        BEFORE, (group("aBcde"), group("f", "two")), ("stays",),
        says=said(
            "Er is één nieuw lid bijgekomen.",
            "un nouveau membre l'a rejoint.",
            "Since our last proposal one new member has joined.",
        ),
    ),
    "place": Case(
        BEFORE, (group("aBcd", place="BE-9000"),), ("place_changed",),
        says=said(
            "Uw groep komt voortaan samen in 9000", "Votre groupe se réunit désormais à 9000",
            "Your group now meets in 9000",
        ),
    ),
    "by video": Case(
        BEFORE, (group("aBcd", **VIDEO),), ("track_changed",),
        says=said(
            "Uw groep komt voortaan via video samen.", "Votre groupe se réunit désormais par vidéo.",
            "Your group now meets by video.",
        ),
    ),
    "in person": Case(
        (group("aBcd", **VIDEO),), BEFORE, ("track_changed",),
        says=said(
            "Uw groep komt voortaan ter plaatse samen, in Bruxelles (1060 Saint-Gilles).",
            "Votre groupe se réunit désormais sur place, à Bruxelles (1060 Saint-Gilles).",
            "Your group now meets in person, in Bruxelles (1060 Saint-Gilles).",
        ),
    ),
    "slot": Case(
        (group("aBcd", slot="mon-evening"),), (group("aBcd", slot="tue-evening"),),
        ("slot_changed",),
        says=said(
            "op een ander moment van de week samen: dinsdagavond.",
            "à un autre moment de la semaine : mardi soir.",
            "at another time of the week: Tuesday evening.",
        ),
    ),
    "language": Case(
        (group("aBcd", language="nl"),), (group("aBcd", language="fr"),), ("language_changed",),
        says=said(
            "De taal van uw groep is voortaan het Frans.",
            "La langue de votre groupe est désormais celle-ci : français.",
            "Your group now works in French.",
        ),
    ),
    "another group, the earlier one too small": Case(
        BEFORE, (group("aef", "two"),), ("moved_group",), size_min=3,
        asked="bc",
        says=said(
            "U zit nu in een andere groep, rond hetzelfde thema. Uw vroegere groep, one, stopt omdat "
            "er te weinig leden overbleven.",
            "Vous êtes maintenant dans un autre groupe, sur le même thème. Votre ancien groupe, one, "
            "s'arrête parce qu'il y restait trop peu de membres.",
            "You are now in another group, on the same theme. Your earlier group, one, has ended "
            "because too few members were left in it.",
        ),
    ),
    "another group, no moderator left": Case(
        BEFORE, (group("aef", "two"),), ("moved_group",), asked="b",
        says=said(
            "omdat er geen kandidaat-moderator overbleef.",
            "parce qu'il n'y restait personne pour la modération.",
            "because nobody was left in it who volunteers as moderator.",
        ),
    ),
    "another group, no secretary left": Case(
        (group("aBcd", secretaries=["c"]), group("ef", "two")), (group("aBef", "two"),),
        ("moved_group",), asked="c", secretaries=1,
        says=said(
            "omdat er geen kandidaat-secretaris overbleef.",
            "parce qu'il n'y restait personne pour le secrétariat.",
            "because nobody was left in it who volunteers as secretary.",
        ),
    ),
    "another group, no reason known": Case(
        BEFORE, (group("abcdef", "two"),), ("moved_group",),
        says=said(
            "Uw vroegere groep, one, bestaat niet meer.", "Votre ancien groupe, one, n'existe plus.",
            "Your earlier group, one, no longer exists.",
        ),
    ),
    "another group by video, as asked": Case(
        BEFORE, (group("bcd"), group("aef", "two", **VIDEO)), ("moved_group", "track_changed"),
        asked="a",
        says=said(
            "We hebben rekening gehouden met uw nieuwe antwoorden. U zit nu in een andere groep, rond "
            "hetzelfde thema, die via video samenkomt.",
            "Nous avons tenu compte de vos nouvelles réponses. Vous êtes maintenant dans un autre "
            "groupe, sur le même thème, qui se réunit par vidéo.",
            "We have taken your new answers into account. You are now in another group, on the same "
            "theme, which meets by video.",
        ),
    ),
    "another group in person": Case(
        (group("ab", **VIDEO), group("cdef", "two")), (group("b", **VIDEO), group("acdef", "two")),
        ("moved_group", "track_changed"),
        says=said(
            "die ter plaatse samenkomt.", "qui se réunit sur place.", "which meets in person.",
        ),
    ),
    "another group, though accepted": Case(
        BEFORE, (group("aef", "two"),), ("given_up", "moved_group"), size_min=3, asked="bc",
        given_up=sip.Role.MEMBER,
        says=said(
            "U had een plaats in groep one aanvaard. Het spijt ons: die plaats kon niet behouden "
            "blijven zoals ze was. U zit nu in een andere groep, rond hetzelfde thema. Uw vroegere "
            "groep, one, stopt omdat er te weinig leden overbleven. Daarom vragen we het u opnieuw: "
            "laat ons weten of u akkoord gaat.",
            "Vous aviez accepté une place dans le groupe one. Nous sommes désolés : cette place n'a "
            "pas pu être maintenue telle quelle. Vous êtes maintenant dans un autre groupe, sur le "
            "même thème. Votre ancien groupe, one, s'arrête parce qu'il y restait trop peu de "
            "membres. Nous vous posons donc à nouveau la question : dites-nous si vous êtes "
            "d'accord.",
            "You had accepted a place in group one. We are sorry: it could not be kept as it was. You "
            "are now in another group, on the same theme. Your earlier group, one, has ended because "
            "too few members were left in it. So we ask you again: please tell us whether you agree.",
        ),
    ),
    "another theme, though accepted as secretary": Case(
        (group("aBcd", secretaries=["a"]), group("ef", "two")),
        (group("Bcd"), group("aef", "two", theme="gender", secretaries=["a"])),
        ("given_up", "moved_theme"), given_up=sip.Role.SECRETARY,
        says=said(
            "U had een plaats in groep one aanvaard, als secretaris. Het spijt ons: die plaats kon "
            "niet behouden blijven zoals ze was.",
            "Vous aviez accepté une place dans le groupe one, où vous deviez assurer le secrétariat. "
            "Nous sommes désolés : cette place n'a pas pu être maintenue telle quelle.",
            "You had accepted a place in group one as secretary. We are sorry: it could not be kept "
            "as it was.",
        ),
    ),
    "the role alone, though accepted": Case(
        (group("Abcd"),), (group("aBcd"),), ("given_up", "role_lost", "new_moderator"),
        given_up=sip.Role.MODERATOR,
        says=said(
            "U had een plaats in groep one aanvaard, als moderator. Het spijt ons: die plaats kon "
            "niet behouden blijven zoals ze was. U bent niet langer moderator.",
            "Vous aviez accepté une place dans le groupe one, où vous deviez assurer la modération. "
            "Nous sommes désolés : cette place n'a pas pu être maintenue telle quelle. Vous n'assurez "
            "plus la modération.",
            "You had accepted a place in group one as moderator. We are sorry: it could not be kept "
            "as it was. You are no longer moderator.",
        ),
    ),
    "left out, though accepted": Case(
        BEFORE, (group("ef", "two"),), ("given_up", "left_out"), size_min=3, asked="bc",
        given_up=sip.Role.MEMBER,
        says=said(
            "U had een plaats in groep one aanvaard. Het spijt ons: die plaats kon niet behouden "
            "blijven. Jammer genoeg hebben we geen plaats meer voor u in een groep.",
            "Vous aviez accepté une place dans le groupe one. Nous sommes désolés : cette place n'a "
            "pas pu être maintenue. Malheureusement, nous n'avons plus de place pour vous dans un "
            "groupe.",
            "You had accepted a place in group one. We are sorry: it could not be kept. Unfortunately "
            "we no longer have a place for you in a group.",
        ),
    ),
    "another theme": Case(
        BEFORE, (group("bcd"), group("aef", "two", theme="gender")), ("moved_theme",),
        says=said("rond een ander thema.", "sur un autre thème.", "on another theme."),
    ),
    "new role, place accepted": Case(
        BEFORE, (group("Acd"),), ("role_gained",), pinned=True,
        says=said(
            "Uw plaats blijft. We vragen u nu om moderator van deze groep te zijn: laat ons weten of u "
            "die rol aanvaardt.",
            "Vous gardez votre place. Nous vous demandons maintenant d'assurer la modération de ce "
            "groupe : dites-nous si vous acceptez ce rôle.",
            "Your place stays. We now ask you to be moderator of this group: please tell us whether "
            "you accept this role.",
        ),
    ),
    "new role": Case(
        BEFORE, (group("aBcd", secretaries=["a"]),), ("role_gained",),
        says=said(
            "We vragen u nu om secretaris van deze groep te zijn.",
            "Nous vous demandons maintenant d'assurer le secrétariat de ce groupe.",
            "We now ask you to be secretary of this group.",
        ),
    ),
    "no longer moderator": Case(
        (group("Abcd"),), (group("aBcd"),), ("role_lost", "new_moderator"), shares=True,
        says=said(
            "U bent niet langer moderator. Uw groep heeft een nieuwe moderator: Nameb Family.",
            "Vous n'assurez plus la modération. Une nouvelle personne assure la modération "
            "de votre groupe : Nameb Family.",
            "You are no longer moderator. Your group has a new moderator: Nameb Family.",
        ),
    ),
    "one role for another": Case(
        (group("Abcd"),), (group("aBcd", secretaries=["a"]),),
        ("role_lost", "role_gained", "new_moderator"),
        says=said(
            "U bent niet langer moderator. We vragen u nu om secretaris van deze groep te zijn. Uw "
            "groep heeft een nieuwe moderator.",
            "Vous n'assurez plus la modération. Nous vous demandons maintenant d'assurer le "
            "secrétariat de ce groupe. Une nouvelle personne assure la modération de votre groupe.",
            "You are no longer moderator. We now ask you to be secretary of this group. Your group has "
            "a new moderator.",
        ),
    ),
    "a new moderator": Case(
        BEFORE, (group("abCd"),), ("stays", "new_moderator"), pinned=True,
        says=said(
            "Uw groep heeft een nieuwe moderator.",
            "Une nouvelle personne assure la modération de votre groupe.",
            "Your group has a new moderator.",
        ),
    ),
    "new moderators": Case(
        BEFORE, (group("aCDb"),), ("stays", "new_moderator"),
        says=said(
            "Uw groep heeft nieuwe moderators.",
            "De nouvelles personnes assurent la modération de votre groupe.",
            "Your group has new moderators.",
        ),
    ),
    "no moderator": Case(
        BEFORE, (group("abcd"),), ("stays", "no_moderator"),
        says=said(
            "Op dit ogenblik heeft uw groep geen moderator.",
            "Pour le moment, votre groupe n'a personne pour la modération.",
            "At the moment your group has no moderator.",
        ),
    ),
    "placed": Case(
        (group("bcd"),), (group("abcd"),), ("placed",),
        says=said(
            "Er is nu een groep voor u.", "Il y a maintenant un groupe pour vous.",
            "There is now a group for you.",
        ),
    ),
    "left out": Case(
        BEFORE, (group("ef", "two"),), ("left_out",), size_min=3,
        asked="bc",
        says=said(
            "Jammer genoeg hebben we geen plaats meer voor u in een groep. Uw vroegere groep, one, "
            "stopt omdat er te weinig leden overbleven.",
            "Malheureusement, nous n'avons plus de place pour vous dans un groupe. Votre ancien "
            "groupe, one, s'arrête parce qu'il y restait trop peu de membres.",
            "Unfortunately we no longer have a place for you in a group. Your earlier group, one, has "
            "ended because too few members were left in it.",
        ),
    ),
    "no cooperator any more": Case(
        BEFORE, (group("Bcd"),), ("left_out",), member={"cooperator": False},
        reason=Reason.NOT_COOPERATOR,
        says=said(
            "U zit niet meer in groep one van de werkgroepen", "Vous ne faites plus partie du groupe "
            "one",
            "You are no longer in group one",
        ),
    ),
    "left": Case(
        BEFORE, (group("Bcd"),), ("left",), member={"commits": False}, reason=Reason.NOT_COMMITTED,
        says=said(
            "Bedankt voor uw bericht: uw plaats in groep one komt vrij voor iemand anders.",
            "Merci de nous avoir prévenus : votre place dans le groupe one peut revenir à quelqu'un d'autre.",
            "Thank you for letting us know: your place in group one can go to somebody else.",
        ),
    ),
    "left, and the group has ended": Case(
        BEFORE, (group("ef", "two"),), ("left",), member={"commits": False},
        reason=Reason.NOT_COMMITTED,
        says=said(
            "Bedankt voor uw bericht.", "Merci de nous avoir prévenus.",
            "Thank you for letting us know.",
        ),
    ),
    "still without": Case(
        (group("bcd"),), (group("bcd"),), ("still_without",),
        says=said(
            "nog altijd geen plaats voor u", "toujours pas de place pour vous",
            "still have no place for you",
        ),
    ),
}  # fmt: skip


def facts_of(case: Case, language: Language) -> Facts:
    people = [
        person(
            one, languages=(language,), moderator=one == "b", share_contact=case.shares,
            secretary=one == "c" and case.secretaries > 0,
            slots=("mon-evening", "tue-evening"), **(case.member if one == "a" else {}),
        )
        for one in SIX
    ]  # fmt: skip
    limits = SizeLimits(size_min=case.size_min, size_max=99)
    edition = edition_with(
        people,
        pins=(ACCEPTED,) if case.pinned else (),
        rules=Rules(
            local=limits, video=limits, travel_km=100.0, moderators=1, secretaries=case.secretaries
        ),
    )
    before = grouping_with(edition, case.before)
    now = grouping_with(edition, case.now, {"a": case.reason})
    given_up = {} if case.given_up is None else {"a": case.given_up}
    told = Proposed(before, asked=frozenset(case.asked), given_up=given_up)
    return Facts(edition, now, "en", told)


@pytest.mark.parametrize(("name", "language"), list(product(CASES, LANGUAGES)))
def test_every_kind_of_change_is_told_in_every_language(name: str, language: Language) -> None:
    case = CASES[name]
    facts = facts_of(case, language)
    told = next(iter(facts.of_members()))
    assert told.since is not None
    assert (told.member.id, told.language) == ("a", language)
    assert told.since.kinds == case.kinds
    text = check_reads_whole(told)
    assert case.says[language] in text
    subject, _, html = rendered(told)
    assert case.says[language] in unescape(html)
    if language != "en":
        # Titles, places and ids are what they are: the sentences are looked at.
        plain = re.sub(
            r"^- .*$|\(.*?\)|\bone\b|\btwo\b", "", f"{subject}\n{text}", flags=re.MULTILINE
        )
        assert not ENGLISH.search(plain), plain
    for sheet in facts.of_groups():
        check_reads_whole(sheet)


def test_the_cases_are_all_kinds_there_are() -> None:
    seen = {kind for case in CASES.values() for kind in case.kinds}
    groups_alone = {ChangeKind.GROUP_CLOSED.value}
    assert seen == {one.value for one in (*ChangeKind, *LetterKind)} - groups_alone


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_asked_for_what(language: Language) -> None:
    asks = {
        "nl": "Dit is een voorstel.",
        "fr": "Ceci est une proposition.",
        "en": "This is a proposal.",
    }
    role = said(
        "Uw rol is een voorstel.", "Votre rôle est une proposition.", "Your role is a proposal."
    )
    for name, wanted in {
        "stays, accepted": None,
        "a new moderator": None,
        "stays, no answer": asks,
        "place": asks,
        "new role, place accepted": role,
    }.items():
        text = rendered(facts_of(CASES[name], language).of_member(person_a(name, language)))[1]
        for sentences in (asks, role):
            assert (sentences[language] in text) == (sentences is wanted), name


def person_a(name: str, language: Language) -> sip.Member:
    return person("a", languages=(language,), moderator=False, **CASES[name].member)


def test_who_does_not_take_part_and_never_had_a_group_is_told_as_before() -> None:
    people = [person("a", commits=False, languages=("en",)), person("b")]
    edition = edition_with(people)
    grouping = grouping_with(edition, [group("b")], {"a": Reason.NOT_COMMITTED})
    told = Facts(edition, grouping, "en", Proposed(grouping)).of_member(edition.members[0])
    assert told.since is None
    assert rendered(told) == rendered(Facts(edition, grouping, "en").of_member(edition.members[0]))


def sheet(*, shares: bool, before: str, now: str, language: Language = "en") -> tuple[str, str]:
    people = [person(one, languages=(language,), share_contact=shares) for one in SIX]
    edition = edition_with(people)
    facts = Facts(
        edition,
        grouping_with(edition, [group(now)]),
        "en",
        Proposed(grouping_with(edition, [group(before)])),
    )
    (told,) = facts.of_groups()
    return check_reads_whole(told), rendered(told)[2]


def test_a_sheet_marks_who_is_new_and_says_who_left() -> None:
    text, html = sheet(shares=True, before="Abcd", now="Abef")
    assert "Since the last proposal 2 members have left and 2 new members have joined." in text
    assert "No longer in the group: Namec Family, Named Family." in text
    assert "mail.c@example.org" not in text + html
    for new in "ef":
        assert f"- Name{new} Family (mail.{new}@example.org), member, English, new\n" in text
    assert "- Nameb Family (mail.b@example.org), member, English\n" in text
    assert html.count("member, new</td>") == 2
    marks: dict[Language, str] = {"nl": "nieuw", "fr": "nouveau membre"}
    for language, mark in marks.items():
        told, _ = sheet(shares=True, before="Abcd", now="Abef", language=language)
        assert len(re.findall(rf"^- .*, {mark}$", told, re.MULTILINE)) == 2


def test_a_sheet_names_nobody_who_did_not_share_or_was_never_with_its_reader() -> None:
    for shares, before, now in ((False, "Abcd", "Abef"), (True, "Bcd", "Abe")):
        text, html = sheet(shares=shares, before=before, now=now)
        assert "2 members have left" in text
        assert "Namec" not in text + html
        assert "Named" not in text + html


def test_a_sheet_says_where_nothing_changed_or_all_is_new() -> None:
    text, _ = sheet(shares=True, before="Abcd", now="Abcd")
    assert "The other members of this group are the same as in the last proposal." in text
    edition = edition_with([person(one, languages=("en",), share_contact=True) for one in "ab"])
    before, now = (grouping_with(edition, [group("Ab", one)]) for one in ("one", "two"))
    (told,) = Facts(edition, now, "en", Proposed(before)).of_groups()
    text = check_reads_whole(told)
    assert "This group is new since the last proposal." in text
    assert ", new" not in text


def test_members_of_several_groups_are_refused(tmp_path: Path) -> None:
    edition = edition_with([person("a"), person("b")])
    one = grouping_with(edition, [group("ab")])
    two = grouping_with(edition, [group("ab"), group("a", "two", theme="gender")])
    for now, since in ((one, two), (two, one)):
        with pytest.raises(sip.InputError, match="several-groups"):
            sip.write_letters(edition, now, tmp_path / "x", since=since)
    assert not (tmp_path / "x").exists()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the export of a season in which groups were formed again."""
    folder = tmp_path_factory.mktemp("season")
    with season(folder) as rounds:
        with_answers(rounds, folder, 5, declining=0.2)
        rounds.reform(work_limit=100.0, relax=True)
        rounds.export(folder / "out")
    return folder / "out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_of_a_season_read_whole_in_every_language(
    exported: Path, language: Language
) -> None:
    edition = sip.load_edition(exported / "edition")
    now, before = sip.load_grouping(exported / "grouping"), sip.load_before(exported / "before")
    assert isinstance(before, Proposed)
    members = tuple(
        one.model_copy(update={"languages": (language,), "name": "N", "share_contact": True})
        for one in edition.members
    )
    facts = Facts(edition.replace(members=members), now, language, before)
    told = [check_reads_whole(one) for one in facts.of_members()]
    told += [check_reads_whole(one) for one in facts.of_groups()]
    assert len(told) > 60
    if language != "en":
        own = [one.title_in(language) for one in edition.themes]
        own += [one.group_id for one in (*now.group_records, *before.grouping.group_records)]
        titles = "|".join(map(re.escape, own))
        for text in told:
            plain = re.sub(rf"^- .*$|\(.*?\)|{titles}", "", text, flags=re.MULTILINE)
            assert not ENGLISH.search(plain), plain


def test_a_season_through_export_and_letters(
    exported: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "letters"
    ran = command(
        capsys, "letters", exported / "edition", exported / "grouping", "--out", out,
        "--since", exported / "before", "--lang", "nl",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    rows = list(
        csv.DictReader(
            io.StringIO((out / "mail-merge.csv").read_bytes().decode("utf-8-sig")), delimiter=";"
        )
    )
    kinds = {row["member_id"]: set(filter(None, row["changed"].split("; "))) for row in rows}
    with (exported / "grouping" / "changes.csv").open(encoding="utf-8") as file:
        changes = [one for one in csv.DictReader(file) if one["member_id"]]
    edition = sip.load_edition(exported / "edition")
    away = {one.member_id for one in edition.members if not one.eligible}
    assert away
    letters_alone = {one.value for one in LetterKind}
    for who, known in kinds.items():
        wanted = {one["kind"] for one in changes if one["member_id"] == who}
        assert known - letters_alone == (wanted - {"left_out"} if who in away else wanted)
        assert ("left" in known) == (who in away and bool(wanted))
    before = sip.load_before(exported / "before")
    assert isinstance(before, Proposed)
    accepted = before.accepted
    assert accepted
    for row in rows:
        if row["member_id"] in accepted and "role_gained" not in row["changed"]:
            assert row["settled"] == "yes"
            assert "stays" in kinds[row["member_id"]]
        text = (out / f"{row['file']}.txt").read_text("utf-8")
        html = (out / f"{row['file']}.html").read_text("utf-8")
        assert (out / f"{row['file']}.eml").stat().st_size > len(text)
        assert row["subject"] in unescape(html).replace("\N{NO-BREAK SPACE}", " ")


def test_without_since_the_column_is_empty(tmp_path: Path) -> None:
    edition = edition_with([person("a")])
    sip.write_letters(edition, grouping_with(edition, [group("a")]), tmp_path / "x", formats="txt")
    content = (tmp_path / "x" / "mail-merge.csv").read_bytes().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content), delimiter=";")
    assert (row["changed"], row["settled"]) == ("", "no")


@pytest.mark.parametrize(
    "content",
    [
        "member_id,answer,role\nnobody,accept,member\n",
        "member_id,answer,role\na,perhaps,\n",
        "member_id,answer,role\na,none,\na,none,\n",
        "member_id,role\na,member\n",
        "member_id,answer,role\na\n",
        "",
    ],
)
def test_answers_that_do_not_fit_the_groups_are_refused(tmp_path: Path, content: str) -> None:
    edition = edition_with([person("a")])
    sip.save(grouping_with(edition, [group("a")]), tmp_path / "before")
    assert isinstance(sip.load_before(tmp_path / "before"), Grouping)
    (tmp_path / "before" / "answers.csv").write_text(content, "utf-8")
    with pytest.raises(sip.InputError, match=r"answers\.csv"):
        sip.load_before(tmp_path / "before")


def test_the_letters_facts_name_nobody_by_themselves() -> None:
    """What is kept of what changed are ids, codes and counts: names come from one place."""
    told = facts_of(CASES["no longer moderator"], "en").of_members()
    first: MemberFacts = next(iter(told))
    assert "Name" not in repr(first.since)
