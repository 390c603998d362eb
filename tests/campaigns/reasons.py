"""Whether the reason of every member left out is true of every group it could join.

Comes in: how many random editions. Goes out: a line per reason that is false or too weak, and a last line
that counts. False: the sentence of the reason does not hold for each group that the member could join,
found by enumeration (`possible_groups`). Weak: a seat is said to be outweighed, or not found, though no
group with the member can exist. Run: ``python tests/campaigns/reasons.py --editions 200``.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaigns.possible_groups import Chances, Opening
from campaigns.random_editions import random_edition
from campaigns.rule_book import RuleBook
from tiny_editions import tiny_edition

from sip_grouping import Status, VerificationError, form_groups
from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping

WORK_LIMIT = 60.0


class Doubt(NamedTuple):
    """A reason that is `false`, `weak`, or `vague`: true, and a more exact one is true as well."""

    kind: str
    member_id: str
    reason: str
    why: str


def too_few(opening: Opening) -> bool:
    """Too few members could share a group with it for the minimum size."""
    least = opening.book.size(opening.kind).size_min
    return not opening.any_set(lambda people: len(people) >= least)


def no_moderator(opening: Opening) -> bool:
    """Fewer members volunteer as moderator than are wanted."""
    wanted = opening.book.rules[opening.kind.theme].moderators
    return opening.volunteers(opening.people)[0] < wanted


def no_secretary(opening: Opening) -> bool:
    """Fewer members volunteer as secretary than are wanted."""
    wanted = opening.book.rules[opening.kind.theme].secretaries
    return opening.volunteers(opening.people)[1] < wanted


def too_few_volunteers(opening: Opening) -> bool:
    """No group has a different volunteer for each role."""
    return not opening.any_set(opening.fills_roles)


def too_few_experienced(opening: Opening) -> bool:
    """No group has enough experienced members."""
    return not opening.any_set(opening.experienced)


def bound_to_others(opening: Opening) -> bool:
    """Those it belongs together with are too many for the group, or cannot all join it."""
    return not opening.own_fits


LACKS: dict[str, Callable[[Opening], bool]] = {
    "too-few": too_few,
    "no-moderator": no_moderator,
    "no-secretary": no_secretary,
    "too-few-volunteers": too_few_volunteers,
    "too-few-experienced": too_few_experienced,
    "no-experienced": too_few_experienced,
    "bound-to-others": bound_to_others,
}
"""What each reason says that a group lacks."""


def doubts(edition: Edition, grouping: Grouping) -> list[Doubt]:
    """Return what is wrong with the reasons of a grouping."""
    book = RuleBook(edition, pins_hold=True)
    optimal = grouping.status is Status.OPTIMAL
    found: list[Doubt] = []
    for row in grouping.left_out:
        reason = str(row.reason)
        chances = Chances(book, book.number_of[row.member_id])
        kind, why = judge(chances, reason, optimal=optimal)
        if kind:
            found.append(Doubt(kind, row.member_id, reason, why))
    return found


def judge(chances: Chances, reason: str, *, optimal: bool) -> tuple[str, str]:
    """Return what a reason is, and why; empty where nothing is wrong with it."""
    member = chances.book.members[chances.member]
    takes_part = member.cooperator and member.commits
    if reason == "not-cooperator":
        return ("false", "it is a cooperator") if member.cooperator else ("", "")
    if reason == "not-committed":
        return ("false", "it commits") if member.commits else ("", "")
    if not takes_part:
        return "false", "it takes no part"
    if reason in {"outweighed", "not-in-best-found"}:
        if (reason == "outweighed") != optimal:
            return "false", f"optimal is {optimal}"
        return ("", "") if chances.group_exists else ("weak", "no group with it can exist")
    if chances.group_exists:
        kind = next(one.kind for one in chances.openings if one.holds_group())
        return "false", f"a group with it can exist: {kind}"
    return judge_lack(chances, reason)


def judge_lack(chances: Chances, reason: str) -> tuple[str, str]:
    """Return the same where no group with the member can exist."""
    true_of_all = {
        "no-theme-open": not chances.themes,
        "no-track": bool(chances.themes) and not chances.tracks,
        "no-place-in-reach": bool(chances.tracks) and not chances.in_reach,
        "no-role-wanted": chances.in_reach and not chances.kinds,
        "no-groups-allowed": bool(chances.kinds) and not chances.openings,
    }
    if reason in true_of_all:
        return ("", "") if true_of_all[reason] else ("false", f"kinds open to it: {chances.kinds}")
    more_exact = next((code for code, holds in true_of_all.items() if holds), "")
    # Who belongs together joins together: groups that not all of them could be in are none it could join.
    joinable = [one for one in chances.openings if one.own_fits] or chances.openings
    if reason == "no-group-possible":
        common = more_exact or next((code for code in LACKS if _of_all(joinable, code)), "")
        return ("vague", f"{common} holds everywhere") if common else ("", "")
    if more_exact:
        return "weak", f"{more_exact} is true of it"
    if reason not in LACKS:
        return "false", "a reason that this check does not know"
    other = next((one for one in joinable if not LACKS[reason](one)), None)
    return ("", "") if other is None else ("false", f"not so in {other.kind}")


def _of_all(openings: list[Opening], code: str) -> bool:
    return all(LACKS[code](one) for one in openings)


def edition_of(seed: int) -> Edition:
    """Return a tiny edition for even seeds, one of 8 to 14 members for odd ones."""
    return tiny_edition(seed) if seed % 2 == 0 else random_edition(seed, members=8 + seed // 2 % 7)


def main() -> int:
    """Run the campaign; 1: a reason is false or weak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=200, help="how many random editions")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first; the others follow")
    given = parser.parse_args()
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for seed in range(given.seed, given.seed + given.editions):
        edition = edition_of(seed)
        try:
            grouping = form_groups(edition, work_limit=WORK_LIMIT).grouping
        except VerificationError as error:
            kinds["false"] += 1
            print(f"seed {seed}: the verifier refuses the engine's grouping: {error}", flush=True)
            continue
        if grouping is None:
            continue
        reasons.update(str(row.reason) for row in grouping.left_out)
        for doubt in doubts(edition, grouping):
            kinds[doubt.kind] += 1
            print(
                f"seed {seed}: {doubt.kind}: {doubt.member_id} {doubt.reason}: {doubt.why}",
                flush=True,
            )
    print(", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items())))
    print(f"{kinds['vague']} vague: nothing is false, and a more exact reason holds of every group")
    print(
        f"{given.editions} editions, {reasons.total()} members left out,"
        f" {kinds['false']} false, {kinds['weak']} weak"
    )
    return 1 if kinds["false"] or kinds["weak"] else 0


if __name__ == "__main__":
    sys.exit(main())
