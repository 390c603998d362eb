"""Whether conflicts of large editions are minimal, and their relaxations help, and no less would.

Comes in: kinds of conflict, sizes, a seed. Goes out: a row per edition, and a last line that counts. A
synthetic edition is given one cause for which it has no grouping. Then, each time by another solve, of the
whole edition for the score and with another seed:

* what the conflict names cannot hold alone, and can without any one of it;
* each relaxation, made in the files as with an editor, leaves an edition with a grouping;
* a relaxation that is called the least does not help when it is one step smaller.

That there is a grouping is shown by one that the verifier accepts. Run:
``python tests/campaigns/infeasible.py --members 500,2000 --results benchmarks/results/infeasible.csv``.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[2]))

from changed_files import change_files
from conflicts import (
    a_step_less,
    asked_in,
    asking_only,
    left_out,
    named_alone,
    or_none,
    rules_behind,
)

import sip_grouping as sip
from benchmarks.rows import add_row
from benchmarks.run import surroundings
from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.edition.records import Member, Office, Pin, Role, Theme, Track
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve import conflict as conflict_module
from sip_grouping.solve import helping, most_groups, ways_out
from sip_grouping.solve.engine import solve
from sip_grouping.solve.result import Conflict
from sip_grouping.solve.run import Limits, Run

OTHER_SEED = 4711
"""Of the solves that confirm."""

WORK_LIMIT = 120.0
"""Deterministic work of one of them at most."""

LANGUAGES = ("nl", "fr", "en", "de", "it", "es", "pt", "pl", "sv", "da", "fi", "cs")


@dataclass
class Row:
    """One edition.

    Attributes
    ----------
    seconds
        Of the processor, for the verdict and the whole explanation.
    solves
        Problems and models that were solved to explain it.
    rules, rows
        What the conflict names, and how many rows of tables say it.
    minimal
        Whether it conflicts alone, and does not without any one of it.
    relaxations, confirmed
        How many are offered, and how many leave a grouping when they are made in the files.
    least, least_confirmed
        How many are called the least with a step that is smaller, and how many of those do not help.
    """

    kind: str
    members: int
    pins: int
    seed: int
    seconds: float = 0.0
    solves: int = 0
    rules: int = 0
    rows: int = 0
    complete: bool = False
    minimal: bool = False
    relaxations: int = 0
    confirmed: int = 0
    least: int = 0
    least_confirmed: int = 0
    checked_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


# The editions.


def base(members: int, seed: int, **more: Any) -> Edition:
    return sip.synthetic_edition(members=members, seed=seed, **more)


def at_an_office(
    edition: Edition, count: int, office_id: str = "marseille", **answers: Any
) -> list[Member]:
    """Return more members, who live where an office is and rank the theme `extra` alone."""
    office = edition.office_by_id[office_id]
    latitude, longitude = edition.position(office)
    given = {
        "country": office.country, "postcode": office.postcode, "latitude": latitude,
        "longitude": longitude, "themes": ("extra",), "office": office_id, "moderator": True,
        "secretary": True,
    }  # fmt: skip
    return [
        Member.model_validate({"member_id": f"extra-{number:02}"} | given | answers)
        for number in range(count)
    ]


def with_extra(
    edition: Edition, members: Sequence[Member], groups_min: int = 1, **rules: Any
) -> Edition:
    """Return an edition with one more theme, local, for some more members."""
    theme = Theme.model_validate(
        {
            "id": "extra", "groups_min": groups_min, "tracks": ("local",),
            "rules": {"local": {"size_min": 8, "size_max": 15}} | rules,
        }
    )  # fmt: skip
    return edition.replace(themes=(*edition.themes, theme), members=(*edition.members, *members))


def who_ranked(edition: Edition, theme: str) -> list[Member]:
    return [one for one in edition.members if one.eligible and theme in one.themes]


def asking(edition: Edition, theme: str, groups: int) -> Edition:
    """Return the edition that asks for so many groups of a theme."""
    themes = tuple(
        one.model_copy(update={"groups_min": groups}) if one.id == theme else one
        for one in edition.themes
    )
    return edition.replace(themes=themes)


def pinned(edition: Edition, members: int) -> Edition:
    """Return the edition with nearly all who are placed pinned to where they are."""
    grouping = sip.form_groups(edition, gap=0.01, work_limit=60).grouping
    assert grouping is not None
    groups = grouping.group_by_id
    pins = tuple(
        Pin(
            member_id=one.member_id,
            theme=groups[one.group_id].theme,
            track=groups[one.group_id].track,
            place=groups[one.group_id].place,
        )
        for one in grouping.placements
    )
    return edition.replace(pins=pins[:members])


def lonely_pin(members: int, seed: int) -> Edition:
    """Pin all, and one of them where too few are left who are not pinned elsewhere."""
    edition = with_extra(base(members, seed), [], groups_min=0)
    more = at_an_office(edition, 12)
    both = [one.model_copy(update={"themes": ("extra", "support")}) for one in more]
    edition = edition.replace(members=(*edition.members, *both))
    edition = pinned(edition.replace(members=edition.members[:-12]), members).replace(
        members=edition.members
    )
    first, *others = both
    pins = [
        Pin(member_id=first.member_id, theme="extra", track=Track.LOCAL, place="marseille"),
        *(
            Pin(member_id=one.member_id, theme="support", track=Track.LOCAL, place="marseille")
            for one in others
        ),
    ]
    return edition.replace(pins=(*edition.pins, *pins))


def pins_of_roles(members: int, seed: int) -> Edition:
    """Pin two as moderators where there can be one group, with one moderator."""
    edition = with_extra(base(members, seed), [], groups_min=0)
    edition = pinned(edition, members)
    more = at_an_office(edition, 12)
    pins = [
        Pin(
            member_id=one.member_id, theme="extra", track=Track.LOCAL, place="marseille",
            role=Role.MODERATOR,
        )
        for one in more[:2]
    ]  # fmt: skip
    return edition.replace(members=(*edition.members, *more), pins=(*edition.pins, *pins))


def groups_min(members: int, seed: int) -> Edition:
    """Ask for one group more of a theme than those who ranked it can fill."""
    edition = base(members, seed)
    return asking(edition, "support", len(who_ranked(edition, "support")) // 8 + 1)


def two_themes(members: int, seed: int) -> Edition:
    """Ask for a group of two themes each, for both of which members do not suffice."""
    edition = with_extra(base(members, seed), [])
    other = Theme.model_validate(edition.theme_by_id["extra"].model_dump() | {"id": "other"})
    more = at_an_office(edition, 13, themes=("extra", "other"))
    return edition.replace(themes=(*edition.themes, other), members=(*edition.members, *more))


def total_min(members: int, seed: int) -> Edition:
    """Ask for more groups of all themes together than all members can fill."""
    edition = base(members, seed)
    least = sum(one.eligible for one in edition.members) // 8 + 1
    return edition.replace(total=Total(groups_min=least))


def total_max(members: int, seed: int) -> Edition:
    """Ask for more groups theme by theme than there may be over all of them."""
    edition = base(members, seed)
    for theme in edition.theme_by_id:
        edition = asking(edition, theme, 2)
    return edition.replace(total=Total(groups_max=5))


def moderators(members: int, seed: int) -> Edition:
    """Ask for one group more of a theme than there are volunteers as moderator."""
    edition = with_extra(base(members, seed), [], 3)
    more = at_an_office(edition, 40)
    few = [one.model_copy(update={"moderator": number < 2}) for number, one in enumerate(more)]
    return edition.replace(members=(*edition.members, *few))


def experienced(members: int, seed: int) -> Edition:
    """Ask for two who are experienced in a group, where there is one."""
    edition = base(members, seed)
    more = at_an_office(edition, 10)
    more[0] = more[0].model_copy(update={"experienced": True})
    return with_extra(edition, more, experienced_min=2)


def languages(members: int, seed: int) -> Edition:
    """Let those of a theme list languages of which no eight share one."""
    edition = base(members, seed)
    more = at_an_office(edition, 10)
    said = [
        one.model_copy(update={"languages": tuple(sorted(random.Random(n).sample(LANGUAGES, 3)))})
        for n, one in enumerate(more)
    ]
    return with_extra(edition, said)


def apart(members: int, seed: int) -> Edition:
    """Ask for two groups that need all of a theme, three of whom are apart from each other."""
    edition = base(members, seed)
    more = at_an_office(edition, 16)
    ids = [one.member_id for one in more]
    more[0] = more[0].model_copy(update={"apart": (ids[1], ids[2])})
    more[1] = more[1].model_copy(update={"apart": (ids[2],)})
    rng = random.Random(seed)
    mine = list(edition.members)
    for _ in range(members // 10):
        # Others are apart too, which has nothing to do with it.
        first, second = rng.sample(range(len(mine)), 2)
        if mine[first].together or mine[second].together:
            continue
        named = tuple(sorted({*mine[first].apart, mine[second].member_id}))
        mine[first] = mine[first].model_copy(update={"apart": named})
    return with_extra(edition.replace(members=tuple(mine)), more, 2)


def together(members: int, seed: int) -> Edition:
    """Ask for a group of two blocks of five: one is too few, both are too many."""
    edition = base(members, seed)
    more = at_an_office(edition, 10)
    for start in (0, 5):
        ids = [one.member_id for one in more[start : start + 5]]
        more[start] = more[start].model_copy(update={"together": tuple(ids[1:])})
    return with_extra(edition, more, local={"size_min": 8, "size_max": 9})


def seats(members: int, seed: int) -> Edition:
    """Give an office one seat less than groups need that can meet nowhere else."""
    return _at_one_office(members, seed, {"seats_max": 23}, 3)


def rooms(members: int, seed: int) -> Edition:
    """Ask for two groups in one slot at an office that has one room."""
    return _at_one_office(members, seed, {"rooms": 1}, 2, shared_slot=True)


def _at_one_office(
    members: int, seed: int, limits: dict[str, int], groups: int, **rules: Any
) -> Edition:
    edition = base(members, seed, towns="none")
    offices: list[Office] = [
        one.model_copy(update=limits) if one.office_id == "marseille" else one
        for one in edition.offices
    ]
    more = at_an_office(edition, 24, slots=("tue-evening",) if rules else ())
    return with_extra(edition.replace(offices=tuple(offices)), more, groups, **rules)


def role_only(members: int, seed: int) -> Edition:
    """Let all of a theme but one take part as moderators only, of whom a group has one."""
    edition = base(members, seed)
    more = at_an_office(edition, 8, moderator="only", secretary=False)
    more[0] = more[0].model_copy(update={"moderator": True, "secretary": True})
    return with_extra(edition, more)


def travel(members: int, seed: int) -> Edition:
    """Let those of a theme live at nine offices, too far from each other to meet."""
    return _everywhere(members, seed)


def spread(members: int, seed: int) -> Edition:
    """Let those of a theme travel far, but live too far from each other."""
    return _everywhere(members, seed, travel_km=400.0, office_travel_km=400.0, spread_km=50.0)


def _everywhere(members: int, seed: int, **rules: Any) -> Edition:
    edition = base(members, seed)
    more = [
        at_an_office(edition, 1, office.office_id, member_id=f"extra-{number:02}")[0]
        for number, office in enumerate(edition.offices[:9])
    ]
    return with_extra(edition, more, **rules)


KINDS: dict[str, Callable[[int, int], Edition]] = {
    one.__name__: one
    for one in (
        lonely_pin, pins_of_roles, groups_min, two_themes, total_min, total_max, moderators,
        experienced, languages, apart, together, seats, rooms, role_only, travel, spread,
    )
}  # fmt: skip


# What is said of them.


def grouping_exists(edition: Edition) -> bool | None:
    """Return whether an edition has a grouping that the verifier accepts; None: not decided in the limits."""
    problem = build_problem(edition)
    run = Run(Limits(work_limit=WORK_LIMIT, gap=1.0, seed=OTHER_SEED), members=len(edition.members))
    verdict = solve(problem, score(problem), run)
    if run.incumbent is not None:
        return True if sip.verify(edition, run.incumbent.grouping).ok else None
    return False if verdict.status is sip.Status.INFEASIBLE else None


@contextmanager
def counting() -> Iterator[list[int]]:
    """Count the problems and models that are solved to explain a conflict."""
    solves = [0]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            solves[0] += 1
            return function(*given, **named)

        return called

    of_edition, of_model = vars(ways_out)["solve"], conflict_module._solved
    modules = (helping, most_groups, ways_out)
    for module in modules:
        vars(module)["solve"] = counted(of_edition)
    vars(conflict_module)["_solved"] = counted(of_model)
    try:
        yield solves
    finally:
        for module in modules:
            vars(module)["solve"] = of_edition
        vars(conflict_module)["_solved"] = of_model


def row_of(kind: str, members: int, seed: int) -> Row:
    """Make an edition, explain why it has no grouping, and check what is said."""
    edition = KINDS[kind](members, seed)
    row = Row(kind, len(edition.members), len(edition.pins), seed)
    begun = time.process_time()
    with counting() as solves:
        result = sip.form_groups(edition)
    row.seconds, row.solves = time.process_time() - begun, solves[0]
    if result.conflict is None:
        row.wrong.append(f"no conflict: {result.status}")
        return row
    conflict = result.conflict
    begun = time.process_time()
    row.complete = conflict.complete
    row.rules = len(conflict.rules)
    row.rows = sum(place.record_id is not None for one in conflict.rules for place in one.rows)
    _check_minimal(row, edition, conflict)
    _check_relaxations(row, edition, conflict)
    row.checked_seconds = time.process_time() - begun
    return row


def _check_minimal(row: Row, edition: Edition, conflict: Conflict) -> None:
    alone = named_alone(edition, conflict)
    if grouping_exists(alone) is not False:
        row.wrong.append("what is named does not conflict alone")
    asked = asked_in(conflict)
    fewer: list[tuple[object, Edition | None]] = [
        (one, asking_only(alone, [other for other in asked if other != one])) for one in asked
    ]
    fewer += [(one, left_out(alone, [one])) for one in rules_behind(conflict)]
    needless = [what for what, rest in fewer if rest is None or grouping_exists(rest) is not True]
    row.wrong += [f"not needed: {one}" for one in needless]
    row.minimal = not row.wrong


def _check_relaxations(row: Row, edition: Edition, conflict: Conflict) -> None:
    row.relaxations = len(conflict.relaxations)
    for one in conflict.relaxations:
        with tempfile.TemporaryDirectory() as folder:
            sip.save_edition(edition, Path(folder) / "edition")
            change_files(Path(folder) / "edition", one.changes)
            helps = grouping_exists(sip.load_edition(Path(folder) / "edition"))
        row.confirmed += helps is True
        if helps is not True:
            row.wrong.append(f"does not help: {one.message}")
        less = a_step_less(one)
        if not less:
            continue
        row.least += 1
        smaller = or_none(edition, less)
        if smaller is None or grouping_exists(smaller) is False:
            row.least_confirmed += 1
        else:
            row.wrong.append(f"less helps: {one.message}")


HEAD = (
    "kind           members  pins  seed  seconds  solves  rules  rows  minimal  relaxations  confirmed"
    "  least  confirmed  checked in s"
)


def told(row: Row) -> str:
    """Return a row as text, with what is wrong below."""
    line = (
        f"{row.kind:14} {row.members:7} {row.pins:5} {row.seed:5} {row.seconds:8.1f} {row.solves:7}"
        f" {row.rules:6} {row.rows:5} {'yes' if row.minimal else 'NO':>8} {row.relaxations:12}"
        f" {row.confirmed:10} {row.least:6} {row.least_confirmed:10} {row.checked_seconds:13.1f}"
    )
    return "\n".join([line, *(f"  WRONG: {one}" for one in row.wrong)])


def append(path: Path, row: Row) -> None:
    """Add a row to a table of results, with the machine and the versions."""
    content = asdict(row) | {
        "seconds": round(row.seconds, 1), "checked_seconds": round(row.checked_seconds, 1),
        "wrong": len(row.wrong), "load": round(os.getloadavg()[0], 1),
    } | surroundings()  # fmt: skip
    add_row(path, content)


def main() -> int:
    """Run the campaign; 1: something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", default="500", help="one size, or several as 500,2000")
    parser.add_argument("--kinds", default=",".join(KINDS), help="which kinds of conflict")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, help="table to add the rows to")
    given = parser.parse_args()
    rows: list[Row] = []
    print(HEAD)
    for members in map(int, given.members.split(",")):
        for kind in given.kinds.split(","):
            row = row_of(kind, members, given.seed)
            print(told(row), flush=True)
            if given.results is not None:
                append(given.results, row)
            rows.append(row)
    wrong = sum(bool(one.wrong) for one in rows)
    print(f"{len(rows)} editions without a grouping, {wrong} of which something is wrong is said")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
