"""The readable summary says what the grouping holds, no more, and never a name."""

import pytest

from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member, Office, Role, Theme, Track
from sip_grouping.grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    Reason,
    ScoreTerms,
    Status,
    reason_sentence,
)
from sip_grouping.report.summary import edition_summary, grouping_summary, result_summary
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Conflict, Relaxation, Result, StopReason


def member(member_id: str, country: str = "BE", **answers: object) -> Member:
    given: dict[str, object] = {
        "member_id": member_id,
        "country": country,
        "postcode": "1000" if country == "BE" else "59000",
        "themes": ("support", "gender"),
        "name": f"Secret {member_id}",
        "email": f"{member_id}@secret.example",
    }
    return Member.model_validate(given | answers)


@pytest.fixture
def edition() -> Edition:
    return Edition(
        name="2026-2027",
        themes=(
            Theme(id="support", title={"fr": "Accompagnement", "en": "Support"}),
            Theme(id="gender", title={"en": "Gender equality"}),
            Theme(id="sharing", title={"en": "Sharing economy"}, countries=("FR",)),
        ),
        members=(
            member("a", moderator=True),
            member("b", secretary=True),
            member("c", "FR"),
            member("d"),
            member("e", "FR", local=False),
            member("f"),
            member("g", cooperator=False),
        ),
        offices=(Office(office_id="hub", name="Hub", country="BE", postcode="1000"),),
        locations=(
            Location(country="BE", postcode="1000", latitude=50.85, longitude=4.35),
            Location(country="FR", postcode="59000", latitude=50.63, longitude=3.06),
        ),
    )


@pytest.fixture
def grouping(edition: Edition) -> Grouping:
    travel = {"a": 0, "b": 5_000, "c": 10_000}
    return Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        status=Status.FEASIBLE,
        group_records=(
            Group(group_id="g1", theme="support", track=Track.LOCAL, place="hub", size=3),
            Group(group_id="g2", theme="gender", track=Track.VIDEO, size=2),
        ),
        placements=(
            *(
                Placement(
                    member_id=member_id,
                    group_id="g1",
                    role=Role.MEMBER,
                    theme="support",
                    rank=1,
                    track=Track.LOCAL,
                    travel_m=metres,
                )
                for member_id, metres in travel.items()
            ),
            *(
                Placement(
                    member_id=member_id,
                    group_id="g2",
                    role=Role.MEMBER,
                    theme="gender",
                    rank=2,
                    track=Track.VIDEO,
                )
                for member_id in "de"
            ),
        ),
        left_out=(
            LeftOut(member_id="f", status=LeftOutStatus.UNPLACED, reason=Reason.TOO_FEW),
            LeftOut(member_id="g", status=LeftOutStatus.INELIGIBLE, reason=Reason.NOT_COOPERATOR),
        ),
        score_thousandths=437_500,
        score_terms=ScoreTerms(rank=460_000, travel=7_500, video=15_000),
        bound_thousandths=437_501,
        gap=1 / 437_500,
    )


def result_of(edition: Edition, grouping: Grouping | None, **changes: object) -> Result:
    fields: dict[str, object] = {
        "status": Status.UNKNOWN if grouping is None else grouping.status,
        "bound_thousandths": None if grouping is None else grouping.bound_thousandths,
        "stop_reason": StopReason.TIME_LIMIT,
        "trace": (),
        "conflict": None,
        "seconds": 12.34,
        "work": 5.0,
    }
    return Result(edition=edition, grouping=grouping, **(fields | changes))  # type: ignore[arg-type]


def test_the_headline_counts_those_who_take_part(edition: Edition, grouping: Grouping) -> None:
    first = grouping_summary(edition, grouping).splitlines()[0]
    assert first == "2026-2027: 2 groups, 5 of 6 members who take part placed"


def test_groups_stand_per_theme_track_and_country(edition: Edition, grouping: Grouping) -> None:
    rows = [line.split("  ") for line in grouping_summary(edition, grouping).splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert ["Support", "local", "BE", "1", "3", "3"] in cells
    assert ["Gender equality", "video", "BE+FR", "1", "2", "2"] in cells
    assert ["Sharing economy", "none", "0", "0"] in cells


def test_a_town_gives_its_country(edition: Edition, grouping: Grouping) -> None:
    town = grouping.group_records[0].model_copy(update={"place": "FR-59000"})
    moved = grouping.model_copy(update={"group_records": (town, grouping.group_records[1])})
    line = next(x for x in grouping_summary(edition, moved).splitlines() if "local" in x)
    assert line.split()[:3] == ["Support", "local", "FR"]


def test_ranks_travel_and_tracks_are_told(edition: Edition, grouping: Grouping) -> None:
    text = grouping_summary(edition, grouping)
    assert "Ranks obtained: first choice 3 (60%), second choice 2 (40%)" in text
    assert "5.0 km on average, nine in ten within 10.0 km, at most 10.0 km" in text
    assert "By video: 2 members, of whom 1 accept local groups too" in text


def test_who_is_left_out_and_why(edition: Edition, grouping: Grouping) -> None:
    lines = grouping_summary(edition, grouping).splitlines()
    unplaced = lines.index("Without a group: 1 member")
    assert reason_sentence(Reason.TOO_FEW) in lines[unplaced + 1]
    assert lines[unplaced + 2].strip() == "f"
    absent = lines.index("Taking no part: 1 member")
    assert reason_sentence(Reason.NOT_COOPERATOR) in lines[absent + 1]
    assert lines[absent + 2].strip() == "g"


def test_a_long_list_of_ids_is_cut_and_counted(edition: Edition, grouping: Grouping) -> None:
    rows = tuple(
        LeftOut(member_id=f"x{number}", status=LeftOutStatus.UNPLACED, reason=Reason.TOO_FEW)
        for number in range(9)
    )
    text = grouping_summary(edition, grouping.model_copy(update={"left_out": rows}))
    assert "x0, x1, x2, x3, x4, x5 and 3 more" in text
    assert "x6" not in text


def test_every_member_placed_is_said(edition: Edition, grouping: Grouping) -> None:
    text = grouping_summary(edition, grouping.model_copy(update={"left_out": ()}))
    assert text.endswith("Every member has a group.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": Status.OPTIMAL, "gap": 0.0}, "Proven optimal"),
        # 0.00023 % is not within 0.000 %.
        ({}, "Proven to be within 0.001 % of the best"),
        ({"gap": 0.01234}, "Proven to be within 1.234 % of the best"),
        ({"gap": None, "bound_thousandths": None}, "is not known"),
    ],
)
def test_the_verdict_claims_what_is_proven(
    edition: Edition, grouping: Grouping, changes: dict[str, object], said: str
) -> None:
    assert said in grouping_summary(edition, grouping.model_copy(update=changes))


def test_the_score_is_shown_with_its_terms(edition: Edition, grouping: Grouping) -> None:
    assert (
        "Score 437.500, bound 437.501: ranks 460.000, travel -7.500, video -15.000, groups 0.000"
    ) in grouping_summary(edition, grouping)


def test_no_name_and_no_address_is_shown(edition: Edition, grouping: Grouping) -> None:
    text = grouping_summary(edition, grouping) + edition_summary(edition)
    assert "Secret" not in text
    assert "@" not in text


def test_a_summary_is_told_in_dutch_with_dutch_numbers(
    edition: Edition, grouping: Grouping
) -> None:
    text = grouping_summary(edition, grouping, "nl")
    assert text.startswith("2026-2027: 2 groepen, 5 van 6 deelnemende leden geplaatst")
    assert "Score 437,500, grens 437,501: keuzes 460,000" in text
    assert "Gekregen keuzes: eerste keuze 3 (60%), tweede keuze 2 (40%)" in text
    assert "gemiddeld 5,0 km, negen op tien binnen 10,0 km" in text
    assert "ter plaatse" in text
    assert reason_sentence(Reason.TOO_FEW, "nl") in text


def test_a_summary_is_told_in_french_with_titles_in_french(
    edition: Edition, grouping: Grouping
) -> None:
    lines = result_summary(result_of(edition, grouping), "fr").splitlines()
    assert lines[0] == "2026-2027 : 2 groupes, 5 placés sur 6 participants"
    assert any(line.split()[:3] == ["Accompagnement", "sur", "place"] for line in lines)
    assert f"     1  {reason_sentence(Reason.NOT_COOPERATOR, 'fr')}" in lines
    assert lines[-1] == "Arrêté après 12,3 s : la limite de temps était atteinte."


LANGUAGE_WORDS = {"fr": "choix", "nl": "keuze", "en": "choice"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_summaries_are_told_in_each_language(
    edition: Edition, grouping: Grouping, language: Language
) -> None:
    result = result_of(edition, grouping)
    assert result.summary(language).startswith(grouping.summary(language))
    assert f"{LANGUAGE_WORDS[language]} 1" in grouping.summary(language)
    assert edition.themes[2].id not in edition_summary(edition, language)
    for reason in StopReason:
        assert "{" not in result_of(edition, None, stop_reason=reason).summary(language)


def test_the_short_summary_reads_as_before(edition: Edition, grouping: Grouping) -> None:
    assert result_of(edition, grouping).summary().splitlines() == [
        "Grouping of 2026-2027: feasible, score 437.500, bound 437.501, gap 0.0002%",
        "5 members in 2 groups, 2 not placed",
        "Ranks obtained: choice 1: 3, choice 2: 2",
        "  gender, video: 1 group of 2 to 2 members",
        "  support, local: 1 group of 3 to 3 members",
        "Stopped: time-limit, 12.3 s",
    ]
    assert result_of(edition, None).summary() == (
        "No grouping of 2026-2027 was found: unknown, no bound, time-limit"
    )


def test_a_grouping_without_groups_has_a_summary(edition: Edition) -> None:
    empty = Grouping(
        edition_name=edition.name,
        edition_digest=edition.digest,
        status=Status.OPTIMAL,
        group_records=(),
        placements=(),
        score_thousandths=0,
        score_terms=ScoreTerms(),
        bound_thousandths=0,
        gap=0.0,
    )
    text = grouping_summary(edition, empty)
    assert text.startswith("2026-2027: 0 groups, 0 of 6 members who take part placed")
    assert "Ranks" not in text


def test_a_result_says_why_it_stopped(edition: Edition, grouping: Grouping) -> None:
    text = result_summary(result_of(edition, grouping))
    assert text.startswith(grouping_summary(edition, grouping))
    assert text.endswith("Stopped after 12.3 s: the time limit was reached.")


def test_a_result_without_grouping_tells_the_bound(edition: Edition) -> None:
    text = result_summary(result_of(edition, None, bound_thousandths=1_234_567))
    assert "No grouping of 2026-2027 was found. None can score above 1,234.567 points." in text


def test_an_infeasible_result_tells_the_conflict_and_the_way_out(edition: Edition) -> None:
    asked = Relaxation(RuleId.GROUPS_PER_THEME, "themes.support.groups_min", "support has 9 groups")
    way = Relaxation(RuleId.GROUPS_PER_THEME, "themes.support.groups_min", "lower it to 1")
    result = result_of(
        edition,
        None,
        status=Status.INFEASIBLE,
        stop_reason=StopReason.INFEASIBLE,
        conflict=Conflict(rules=(asked,), relaxations=(way,)),
    )
    text = result_summary(result)
    assert text.startswith("No valid grouping of 2026-2027 exists.")
    assert "support has 9 groups" in text
    assert "lower it to 1" in text


@pytest.mark.parametrize("reason", StopReason)
def test_every_stop_reason_has_words(
    edition: Edition, grouping: Grouping, reason: StopReason
) -> None:
    assert "Stopped after" in result_summary(result_of(edition, grouping, stop_reason=reason))


def test_an_edition_is_told_in_numbers() -> None:
    edition = synthetic_edition(members=100, seed=3)
    text = edition_summary(edition)
    eligible = [member for member in edition.members if member.eligible]
    assert f"{len(eligible)} of whom take part; 19 offices" in text
    for theme in edition.themes:
        row = next(line for line in text.splitlines() if line.startswith(theme.title_in("en")))
        first = sum(member.themes[0] == theme.id for member in eligible)
        assert row.split()[-1] == str(first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_several_objectives_it_is_not_said_that_no_score_is_higher(language: Language) -> None:
    edition = synthetic_edition(members=40, seed=2)
    plain, ordered = (
        form_groups(edition, work_limit=5, workers=1, objectives=objectives)
        for objectives in (["score"], ["placed", "score"])
    )
    claim = grouping_summary(edition, formed(plain), language).splitlines()[2]
    assert plain.status is ordered.status is Status.OPTIMAL
    told = result_summary(ordered, language)
    assert claim not in told
    assert "1. " in told
    if language == "en":
        assert claim == "Proven optimal: no valid grouping has a higher score."
        wanted = (
            "the order of what was wanted (1. members placed, 2. the score): nothing better exists."
        )
        assert wanted in told


def test_of_several_objectives_it_is_said_how_far_each_is_from_its_best() -> None:
    edition = synthetic_edition(members=40, seed=2)
    ordered = form_groups(edition, work_limit=5, workers=1, objectives=["placed", "score"])
    stages = formed(ordered).stages
    open_score = stages[1].model_copy(update={"bound": stages[1].value + 1, "gap": 1e-9})
    unknown = stages[1].model_copy(update={"bound": None, "gap": None})
    for stage, said in ((open_score, "0.001\u00a0%"), (unknown, "not known")):
        changes = {"status": Status.FEASIBLE, "stages": (stages[0], stage)}
        told = grouping_summary(edition, formed(ordered).model_copy(update=changes))
        assert (
            "In the order of what was wanted, at most so far below the best:"
            f" 1. members placed: 0.000\u00a0%, 2. the score: {said}." in told
        )


def formed(result: Result) -> Grouping:
    assert result.grouping is not None
    return result.grouping
