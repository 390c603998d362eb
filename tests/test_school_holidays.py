"""School holidays: read and written, avoided by plans, checked anew, and named where they leave no moment."""

import random
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from grouping_builder import GroupWanted, build_grouping
from how_many import cases
from pydantic import ValidationError
from small import member, office, small_edition
from tiny_plans import MONDAY, Enumerated, tiny_season

from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import (
    Calendar,
    Phase,
    Project,
    ProjectRules,
    SchoolHolidays,
    Season,
    date_range,
)
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.grouping import Grouping, Status
from sip_grouping.plan import Meeting, Plan, season_digest
from sip_grouping.reading import load_edition, save_edition
from sip_grouping.rules import PlanRuleId
from sip_grouping.season import plan_meetings
from sip_grouping.season.evaluation import evaluations
from sip_grouping.season.model import PlanRule
from sip_grouping.season.projects import choose, proposals_of
from sip_grouping.verification.plan import verify_plan

TABLE = """\
country,languages,from,to,name
BE,fr nl,2021-02-15,2021-02-21,Carnaval
FR,,2021-02-06,2021-03-07,Hiver
België,,2021-05-14,,
"""


def stretch(first: date, last: date, country: str = "BE", *languages: str) -> SchoolHolidays:
    return SchoolHolidays.model_validate(
        {"country": country, "languages": languages, "from": first, "to": last}
    )


READ = (
    SchoolHolidays(
        country="BE",
        languages=("fr", "nl"),
        first=date(2021, 2, 15),
        last=date(2021, 2, 21),
        name="Carnaval",
    ),
    SchoolHolidays(country="FR", first=date(2021, 2, 6), last=date(2021, 3, 7), name="Hiver"),
    SchoolHolidays(country="BE", first=date(2021, 5, 14)),
)


def folder(path: Path, table: str = TABLE) -> Path:
    save_edition(small_edition([member("m1")]), path)
    (path / "school_holidays.csv").write_text(table, encoding="utf-8")
    return path


def findings_of(path: Path, table: str) -> list[Finding]:
    with pytest.raises(InputError) as raised:
        load_edition(folder(path, table))
    return list(raised.value.findings)


def test_the_table_is_read_and_decides_no_grouping(tmp_path: Path) -> None:
    edition = load_edition(folder(tmp_path / "e"))
    assert edition.season.school_holidays == READ
    (tmp_path / "e" / "school_holidays.csv").unlink()
    without = load_edition(tmp_path / "e")
    assert without.digest == edition.digest
    assert without == edition.replace(season=Season())
    assert not any("school" in str(one) for one in edition.warnings)


def test_titles_of_three_languages_are_read(tmp_path: Path) -> None:
    for number, titles in enumerate(("Land,Talen,Van,Tot,Naam", "Pays,Langues,Du,Au,Nom")):
        table = TABLE.replace("country,languages,from,to,name", titles)
        read = load_edition(folder(tmp_path / str(number), table))
        assert read.season.school_holidays == READ


@pytest.mark.parametrize("name", ["saved", "saved.xlsx"])
def test_what_is_saved_is_read_as_the_same_edition(tmp_path: Path, name: str) -> None:
    edition = load_edition(folder(tmp_path / "e"))
    save_edition(edition, tmp_path / name)
    assert load_edition(tmp_path / name) == edition
    assert Season.model_validate(edition.season.model_dump(mode="json")) == edition.season


@pytest.mark.parametrize("title", ["school_holidays", "Schoolvakanties", "Vacances scolaires"])
def test_a_sheet_of_that_name_is_read(tmp_path: Path, title: str) -> None:
    save_edition(small_edition([member("m1")]), tmp_path / "e.xlsx")
    book = openpyxl.load_workbook(tmp_path / "e.xlsx")
    sheet = book.create_sheet(title)
    sheet.append(["Pays", "Langue", "Du", "Au", "Vacances"])
    sheet.append(["BE", "fr nl", date(2021, 2, 15), date(2021, 2, 21), "Carnaval"])
    sheet.append(["FR", None, date(2021, 2, 6), date(2021, 3, 7), "Hiver"])
    sheet.append(["BE", None, date(2021, 5, 14), None, None])
    book.save(tmp_path / "e.xlsx")
    edition = load_edition(tmp_path / "e.xlsx")
    assert edition.season.school_holidays == READ
    assert not any("school" in str(one) for one in edition.warnings)


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "column", "value"),
    [
        ("BE,fr", "DE,fr", "unknown-country", 2, "country", "DE"),
        ("BE,fr", ",fr", "empty-cell", 2, "country", ""),
        ("fr nl", "fr/nl", "malformed-language", 2, "languages", "fr/nl"),
        ("2021-02-15", "15/2/2021", "no-date", 2, "from", "15/2/2021"),
        ("2021-02-15", "", "empty-cell", 2, "from", ""),
        ("2021-03-07", "soon", "no-date", 3, "to", "soon"),
        ("2021-03-07", "2021-02-05", "invalid-value", 3, None, None),
    ],
)
def test_a_mistake_is_one_finding_with_its_place(
    tmp_path: Path, old: str, new: str, code: str, row: int, column: str | None, value: str | None
) -> None:
    assert TABLE.count(old) == 1
    (one,) = findings_of(tmp_path / "e", TABLE.replace(old, new))
    assert (one.code, one.file, one.row) == (code, "school_holidays.csv", row)
    assert column is None or one.column == column
    assert value is None or (one.value or "") == value
    for language in LANGUAGES:
        assert one.told_in(language).message


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    table = (
        TABLE.replace("BE,fr", "DE,fr").replace("2021-02-06", "6 feb").replace("België", "Atlantis")
    )
    assert [one.row for one in findings_of(tmp_path / "e", table)] == [2, 3, 4]
    table = TABLE.replace("country", "where").replace("from", "first day")
    found = findings_of(tmp_path / "f", table)
    assert [(one.code, one.column) for one in found] == [
        ("missing-column", "country"), ("missing-column", "from"),
    ]  # fmt: skip


def test_a_stretch_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValidationError):
        stretch(date(2021, 2, 2), date(2021, 2, 1))


def with_school(edition: Edition, *rows: SchoolHolidays) -> Edition:
    season = edition.season.model_copy(update={"school_holidays": rows})
    return edition.replace(season=season)


def drawn(seed: int) -> tuple[Edition, Grouping]:
    """Return a tiny season with languages of groups, and with school holidays."""
    edition, grouping = tiny_season(seed)
    rng = random.Random(seed)
    groups = tuple(
        one.model_copy(update={"language": rng.choice(["fr", "nl", ""])})
        for one in grouping.group_records
    )
    rows = []
    for _ in range(rng.randint(1, 3)):
        first = MONDAY + timedelta(rng.randrange(6))
        rows.append(
            stretch(
                first,
                first + timedelta(rng.choice([0, 0, 1])),
                rng.choice(["BE", "FR"]),
                *rng.choice([(), ("fr",), ("nl",), ("de", "nl")]),
            )
        )
    return with_school(edition, *rows), grouping.model_copy(update={"group_records": groups})


@pytest.mark.parametrize("seed", range(700, cases(730, 760)))
def test_a_tiny_plan_is_as_good_as_plain_enumeration_says(seed: int) -> None:
    edition, grouping = drawn(seed)
    best = Enumerated(edition, grouping).best()
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    if best is None:
        assert found.status is Status.INFEASIBLE
        return
    assert found.plan is not None
    assert (found.status, found.plan.score_thousandths) == (Status.OPTIMAL, best)
    assert verify_plan(edition, grouping, found.plan).violations == ()


def one_group(language: str = "fr", **phase: object) -> tuple[Edition, Grouping]:
    """Return a group by video of two Belgians and somebody of France, and one phase of two weeks."""
    members = [member("m1"), member("m2"), member("m3", country="FR")]
    span = {"id": "study", "first": MONDAY, "last": MONDAY + timedelta(13), **phase}
    calendar = Calendar(phases=(Phase.model_validate(span),), holidays=False)
    made = small_edition(members, offices=[office()]).replace(season=Season(calendar=calendar))
    group: GroupWanted = {
        "theme": "a", "members": ["m1", "m2", "m3"], "track": "video",
        "moderators": ["m1"], "secretaries": ["m2"], "language": language,
    }  # fmt: skip
    return made, build_grouping(made, [group])


def plan_of(edition: Edition, grouping: Grouping) -> Plan:
    found = plan_meetings(edition, grouping, work_limit=30, workers=1)
    assert found.plan is not None
    return found.plan


@pytest.mark.parametrize(
    ("row", "broken"),
    [
        (stretch(MONDAY, MONDAY + timedelta(2)), True),
        (stretch(MONDAY - timedelta(9), MONDAY), True),
        (stretch(MONDAY, MONDAY, "FR"), True),
        (stretch(MONDAY, MONDAY, "BE", "nl", "fr"), True),
        (stretch(MONDAY + timedelta(1), MONDAY + timedelta(9)), False),
        (stretch(MONDAY - timedelta(9), MONDAY - timedelta(1)), False),
        (stretch(MONDAY, MONDAY, "BE", "nl"), False),
        (stretch(MONDAY, MONDAY, "FR", "nl"), False),
    ],
)
def test_the_rule_holds_to_the_day_the_country_and_the_language(
    row: SchoolHolidays, broken: bool
) -> None:
    edition, grouping = one_group()
    free = plan_of(edition, grouping)
    assert [one.date for one in free.meetings] == [MONDAY]
    assert verify_plan(edition, grouping, free).ok
    changed = with_school(edition, row)
    # The plan was made for another season, which is a violation of its own.
    rules = {one.rule for one in verify_plan(changed, grouping, free).violations}
    assert rules == {PlanRuleId.OF} | ({PlanRuleId.SCHOOL_HOLIDAYS} if broken else set())
    made = plan_of(changed, grouping)
    assert verify_plan(changed, grouping, made).ok
    assert (made.meetings[0].date == MONDAY) is not broken


def test_a_day_on_which_nobody_meets_is_told_without_figures() -> None:
    edition, grouping = one_group()
    free = plan_of(edition, grouping)
    calendar = edition.season.calendar
    assert calendar is not None
    closed = calendar.model_copy(update={"closed": (date_range(str(MONDAY)),)})
    for changed, words in (
        (with_school(edition, stretch(MONDAY, MONDAY)), "BE 2021-03-01/2021-03-01"),
        (
            edition.replace(season=Season(calendar=closed)),
            "closed, or a public holiday (2021-03-01)",
        ),
    ):
        told = [one.text_in("en") for one in verify_plan(changed, grouping, free).violations]
        (text,) = (one for one in told if words in one)
        # Nothing that the day must be could be told.
        assert "must be" not in text


def test_a_group_that_meets_in_any_language_avoids_those_of_each() -> None:
    edition, grouping = one_group(language="")
    changed = with_school(edition, stretch(MONDAY, MONDAY, "BE", "nl"))
    assert plan_of(changed, grouping).meetings[0].date > MONDAY


def test_synthesis_and_information_avoid_them_too() -> None:
    edition, grouping = one_group(synthesis_before=True, information=1)
    free = plan_of(edition, grouping)
    days = {one.meeting_id: one.date for one in free.meetings}
    for name, found in days.items():
        country = "FR" if name.endswith("FR-1") else "BE"
        changed = with_school(edition, stretch(found, found, country))
        told = verify_plan(changed, grouping, free).violations
        assert f"meeting {name} " in " ".join(
            one.message for one in told if one.rule is PlanRuleId.SCHOOL_HOLIDAYS
        )
        made = plan_of(changed, grouping)
        assert verify_plan(changed, grouping, made).ok
        assert next(one.date for one in made.meetings if one.meeting_id == name) != found


def test_where_they_leave_no_moment_those_that_must_go_are_named() -> None:
    edition, grouping = one_group(last=MONDAY + timedelta(3))
    changed = with_school(
        edition,
        stretch(MONDAY, MONDAY + timedelta(2)),
        stretch(MONDAY + timedelta(2), MONDAY + timedelta(3), "BE", "fr"),
        stretch(MONDAY, MONDAY + timedelta(3), "BE", "nl"),
    )
    found = plan_meetings(changed, grouping, work_limit=30, workers=1)
    assert found.status is Status.INFEASIBLE
    assert found.conflict is not None
    assert PlanRule.SCHOOL_HOLIDAYS in found.conflict.rules
    assert (found.conflict.group_id, found.conflict.phase) == ("g1", "study")
    told = {one.key: one.value for one in found.relaxations}
    # Without either of the two in its language there is a plan; the first that must go is said.
    assert told["school_holidays"] == "- BE fr 2021-03-03/2021-03-04"
    assert told["calendar.phases[study].to"] == "2021-03-05"
    with_one = with_school(edition, changed.season.school_holidays[0])
    assert plan_meetings(with_one, grouping, work_limit=30, workers=1).plan is not None


def test_the_digest_of_the_season_tells_them_and_not_their_names() -> None:
    edition, _ = one_group()
    row = stretch(MONDAY, MONDAY)
    plain = season_digest(with_school(edition, row))
    assert plain != season_digest(edition)
    assert plain != season_digest(with_school(edition, stretch(MONDAY, MONDAY, "FR")))
    assert plain != season_digest(with_school(edition, stretch(MONDAY, MONDAY, "BE", "fr")))
    named = row.model_copy(update={"name": "Carnaval"})
    assert plain == season_digest(with_school(edition, named))
    two = (row, stretch(MONDAY, MONDAY, "FR"))
    assert season_digest(with_school(edition, *two)) == season_digest(
        with_school(edition, *reversed(two))
    )


def test_evaluations_avoid_them() -> None:
    edition, grouping = one_group()
    rules = ProjectRules(first=MONDAY, last=MONDAY + timedelta(4), budget=10.0)
    season = edition.season.model_copy(
        update={
            "projects": rules,
            "proposals": (Project(project_id="p1", group_id="g1", budget=1.0),),
        }
    )
    made = edition.replace(season=season)
    for rows in ((), (stretch(MONDAY + timedelta(7), MONDAY + timedelta(8), "FR"),)):
        changed = with_school(made, *rows)
        choice = choose(changed, proposals_of(changed, grouping))
        assert choice is not None
        (one,) = evaluations(changed, grouping, choice.chosen)
        assert isinstance(one, Meeting)
        assert one.date == MONDAY + timedelta(9 if rows else 7)
