"""What a peer proposes, and how it is judged: by the project's verifier, from who is in which group alone.

Comes in: an edition, groups as a peer has them. Goes out: `Judged`: the score where every rule is kept,
and which rules are broken how often where not. Peers that know no roles, languages or slots get the best
of what is in each group (`with_holders`), so that only what no choice could mend counts against them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from itertools import permutations
from typing import Any

from campaigns.rule_book import RuleBook
from grouping_builder import GroupWanted, build_grouping

from sip_grouping import Edition, Reason, verify
from sip_grouping.edition.records import Role, Track
from sip_grouping.rules import RuleId


class PeerMissingError(Exception):
    """A package that a peer needs is not installed."""


@dataclass(frozen=True)
class Proposal:
    """What a peer came to.

    Attributes
    ----------
    status
        In the peer's own words; ``optimal`` and ``infeasible`` are claims of a proof.
    bound
        No grouping scores more, by the peer's own account, in points; None: it claims nothing.
    versions
        Of the packages that did the work.
    """

    groups: tuple[GroupWanted, ...]
    status: str
    bound: float | None = None
    versions: dict[str, str] = field(default_factory=dict)


Peer = Callable[[Edition, float, int], Proposal]
"""An edition, seconds of wall clock for all of it, a seed: to what is proposed."""


@dataclass(frozen=True)
class Judged:
    """What the verifier says of a proposal.

    Attributes
    ----------
    score
        In points, as the verifier counts it; None where a rule is broken, or nothing was proposed.
    broken
        How often each rule is broken, by its name.
    """

    score: float | None
    placed: int
    groups: int
    broken: Counter[str]

    @property
    def verdict(self) -> str:
        """Whether every rule is kept."""
        if not self.groups:
            return "no groups"
        return "broken" if self.broken else "valid"

    @property
    def rules_broken(self) -> str:
        """The rules and how often, as they stand in a row."""
        return "; ".join(f"{rule} {count}" for rule, count in sorted(self.broken.items()))


def judged(edition: Edition, proposal: Proposal) -> Judged:
    """Judge what a peer proposes. What it does not say, such as reasons, is not held against it."""
    nobody = dict.fromkeys(edition.member_by_id, Reason.NOT_IN_BEST_FOUND)
    verification = verify(edition, build_grouping(edition, proposal.groups, reasons=nobody))
    rules = {one.value for one in RuleId}
    broken = Counter(one.rule.value for one in verification.violations if one.rule in rules)
    valid = bool(proposal.groups) and not broken
    return Judged(
        score=verification.score_thousandths / 1000 if valid else None,
        placed=len({one for group in proposal.groups for one in group["members"]}),
        groups=len(proposal.groups),
        broken=broken,
    )


def with_holders(
    book: RuleBook, theme: str, track: Track, place: str, members: Sequence[int]
) -> GroupWanted:
    """Return a group of members, with role holders, language and slot as good as there are among them."""
    people = [book.members[one] for one in members]
    seats = book.seats(theme)
    moderators, secretaries = _holders(book, members, seats[Role.MODERATOR], seats[Role.SECRETARY])
    wanted = GroupWanted(
        theme=theme,
        track=track.value,
        place=place,
        members=[one.member_id for one in people],
        moderators=[book.members[one].member_id for one in moderators],
        secretaries=[book.members[one].member_id for one in secretaries],
    )
    rules = book.rules[theme]
    wanted["language"] = (
        _commonest([one.languages for one in people]) if rules.shared_language else ""
    )
    wanted["slot"] = _commonest([one.slots for one in people]) if rules.shared_slot else ""
    return wanted


def _holders(
    book: RuleBook, members: Sequence[int], moderators: int, secretaries: int
) -> tuple[list[int], list[int]]:
    """Return as many holders of both roles as there are, nobody twice; who volunteers for one goes first."""
    # Who takes part for a role alone comes first.
    people = sorted(members, key=lambda one: not book.said_only(one))
    lead = [one for one in people if book.may_hold(one, Role.MODERATOR)]
    write = [one for one in people if book.may_hold(one, Role.SECRETARY)]
    best: tuple[list[int], list[int]] = ([], [])
    for first, second in permutations(((lead, write, moderators), (write, lead, secretaries))):
        either = [one for one in first[0] if one in first[1] and not book.said_only(one)]
        mine = [*(one for one in first[0] if one not in either), *either][: first[2]]
        theirs = [one for one in second[0] if one not in mine][: second[2]]
        found = (mine, theirs) if first[0] is lead else (theirs, mine)
        if len(found[0]) + len(found[1]) > len(best[0]) + len(best[1]):
            best = found
    return best


def _commonest(lists: Sequence[tuple[str, ...]]) -> str:
    """Return the language or slot that most list; who lists none takes any."""
    counts = Counter(code for one in lists for code in one)
    return min(counts, key=lambda code: (-counts[code], code), default="")


def needed(module: str, package: str) -> Any:
    """Return a module of an optional package.

    Raises
    ------
    PeerMissingError
        It is not installed; the message says how to.
    """
    try:
        return import_module(module)
    except ImportError:
        how = f"this peer needs {package}: pip install '.[peers]' in the folder of the project"
        raise PeerMissingError(how) from None


def versions_of(*packages: str) -> dict[str, str]:
    """Return the versions of packages that are installed."""
    return {one: version(one) for one in packages}
