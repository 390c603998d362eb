"""Where a running edition stands: its steps told one after the other.

Comes in: the steps of a store and what it knows of persons. Goes out: `State`: the edition as it stands, the
groups, who was proposed what, who accepted. Nothing is read from files and nothing is decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Role
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.changes import Change
from sip_grouping.grouping.promises import as_accepted, broken_promises, pins_of_accepted
from sip_grouping.rounds.documents import (
    edition_of_documents,
    grouping_of_document,
    member_of,
)
from sip_grouping.rounds.store import Content, Step

PROPOSAL_COLUMNS = (
    "proposal_id", "round", "member_id", "group_id", "role", "theme", "track", "place",
    "place_name", "language", "slot", "size", "travel_km",
)  # fmt: skip
"""The columns of proposals.csv."""


@dataclass(frozen=True, slots=True)
class Before:
    """Where things stood when the groups were formed again, and what changed.

    Attributes
    ----------
    asked
        Ids of those who asked for a change, declined or withdrew.
    accepted
        By id, the role in which a placement was accepted that stayed.
    relaxed
        By id, the role in which those accepted whose placement was open all the same.
    options
        What could be done with each group that fell short: the rows of options.csv.
    """

    grouping: Grouping
    asked: frozenset[str]
    accepted: Mapping[str, Role]
    relaxed: Mapping[str, Role]
    changes: tuple[Change, ...]
    options: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class State:
    """What the steps so far say.

    Attributes
    ----------
    round
        The last round that was opened; 0 before the first.
    settings
        Everything of the edition but its members.
    answers
        By member id, in the order in which they came: what the form says, with later changes.
    personal
        By member id: what can be forgotten.
    left
        Members who declined or withdrew, and why.
    proposals
        By member id: the row of the last proposal that was made to that member.
    open
        Members who were proposed a group in the round that is open.
    replies
        By round and member id: accept, decline or none; the last counts.
    accepted
        By member id: the proposal that was accepted.
    asked
        Members who asked for a change since the groups were formed: by a wish beside a decline, or by other
        answers of the form.
    before
        Where things stood when the groups were formed again; None: they were not.
    refused
        By member id: the group whose proposal was declined since the groups were formed.
    invited
        By id, of members or not: the invitations, each with its round and group.
    unanswered
        Members whose accepted placement was given up and who have not answered since, nor told anything else.
    """

    round: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    personal: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    grouping: Mapping[str, Any] | None = None
    proposals: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    open: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    replies: dict[int, dict[str, str]] = field(default_factory=dict)
    accepted: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    before: "Before | None" = None
    refused: dict[str, str] = field(default_factory=dict)
    invited: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)

    def edition(self, *, promised: bool = True) -> Edition:
        """Return the edition as it stands: who declined or withdrew does not commit.

        Nobody belongs together with them any more.

        Parameters
        ----------
        promised
            Whether accepted placements are pins.

        Raises
        ------
        InputError
            What was recorded does not fit together.
        """
        members = []
        for member_id, told in self.answers.items():
            answers = {**told, "commits": False} if member_id in self.left else told
            company = answers.get("together", ())
            if company and self.left:
                kept = [one for one in company if one not in self.left]
                answers = {**answers, "together": [] if member_id in self.left else kept}
            members.append(member_of(answers, self.personal.get(member_id, {})))
        pins = self.pins() if promised else self.own_pins()
        return edition_of_documents({**self.settings, "pins": pins}, members)

    def own_pins(self) -> list[Pin]:
        """Return the pins that the edition came with, of those who still take part."""
        pins = [Pin.model_validate(one) for one in self.settings.get("pins", ())]
        return [
            one.model_copy(
                update={"with_members": tuple(w for w in one.with_members if w not in self.left)}
            )
            for one in pins
            if one.member_id not in self.left
        ]

    def unbound(self) -> frozenset[str]:
        """Return who asked for a change, declined or withdrew: nothing keeps them where they were."""
        return frozenset(self.asked | self.left.keys())

    def promises(self) -> dict[str, Role]:
        """Return the role in which each accepted placement was accepted, by member id."""
        return {who: Role(row["role"]) for who, row in self.accepted.items()}

    def pins(self) -> list[Pin]:
        """Return the pins of the edition, and one for each accepted placement."""
        grouping = self.current()
        own = self.own_pins()
        return own if grouping is None else [*pins_of_accepted(grouping, self.promises(), own)]

    def counts(self) -> dict[str, int]:
        """Return where things stand, as counts."""
        grouping = self.current()
        replies = self.replies.get(self.round, {})
        asked = [who for who, row in self.proposals.items() if row["round"] == self.round]
        return {
            "round": self.round,
            "members": len(self.answers),
            "left": len(self.left),
            "groups": 0 if grouping is None else len(grouping.group_records),
            "asked": len(asked),
            "accepted": sum(one == "accept" for one in replies.values()),
            "declined": sum(one == "decline" for one in replies.values()),
            "silent": sum(replies.get(who, "none") == "none" for who in asked),
            "standing": len(self.accepted),
        }

    def current(self) -> Grouping | None:
        """Return the groups as they were formed last."""
        return None if self.grouping is None else grouping_of_document(self.grouping)

    def given_up(self) -> dict[str, Role]:
        """Return the role in which those accepted whose placement was given up, by member id.

        When the groups were formed last; who asked for a change is none of them.
        """
        before, after = self.before, self.current()
        if before is None or after is None or not before.relaxed:
            return {}
        earlier = as_accepted(before.grouping, before.relaxed)
        broken = broken_promises(earlier, after, before.relaxed.keys() - before.asked)
        return {who: role for who, role in before.relaxed.items() if who in broken}

    def to_ask_again(self) -> list[str]:
        """Return the ids of those whose accepted placement was given up and who have not answered since.

        Also where the groups were formed once more meanwhile.
        """
        return sorted(self.unanswered)


_BESIDE = frozenset({"comment", "date"})
"""What somebody wrote beside an answer."""


def told(steps: Iterable[Step], personal: Mapping[int, Mapping[str, Content]]) -> State:
    """Return what steps say, one after the other."""
    state = State()
    for step in steps:
        before = state.grouping
        _APPLY[step.what](state, step)
        if state.grouping is not before:
            state.refused = {}
        for member_id, data in personal.get(step.number, {}).items():
            known = {name: value for name, value in data.items() if name not in _BESIDE}
            state.personal.setdefault(member_id, {}).update(known)
    return state


def _start(state: State, step: Step) -> None:
    state.settings = step.content["settings"]
    state.answers = {one["member_id"]: dict(one) for one in step.content["members"]}
    state.grouping = step.content["grouping"]


def _propose(state: State, step: Step) -> None:
    state.round = step.round
    state.open = {row["member_id"]: row for row in step.content["proposals"]}
    state.proposals.update(state.open)


def _answer(state: State, step: Step) -> None:
    replies = state.replies.setdefault(step.round, {})
    for one in step.content["answers"]:
        who, said = one["member_id"], one["answer"]
        replies[who] = said
        state.left.pop(who, None)
        state.accepted.pop(who, None)
        state.refused.pop(who, None)
        if said != "none":
            state.unanswered.discard(who)
        if said == "decline":
            state.refused[who] = str(state.open[who]["group_id"])
        state.answers[who].update(one["wishes"])
        if said == "accept":
            state.accepted[who] = state.open[who]
        elif said == "decline" and not one["wishes"]:
            state.left[who] = "declined"
        elif said == "decline":
            state.asked.add(who)


def _members(state: State, step: Step) -> None:
    for one in step.content["members"]:
        who = one["member_id"]
        if who in state.answers:
            state.asked.add(who)
        state.answers[who] = dict(one)
        state.left.pop(who, None)
        state.unanswered.discard(who)
    for who in step.content.get("released", ()):
        state.accepted.pop(who, None)
    state.settings = {**state.settings, "locations": step.content["locations"]}
    for who in step.content["withdrawn"]:
        state.left[who] = "withdrawn"
        state.accepted.pop(who, None)
        state.unanswered.discard(who)


def _forget(state: State, step: Step) -> None:
    who, spot = step.content["member_id"], step.content.get("position")
    state.personal.pop(who, None)
    if spot is not None:
        state.answers[who].update(latitude=spot[0], longitude=spot[1])


def _reform(state: State, step: Step) -> None:
    content = step.content
    before = state.current()
    assert before is not None  # noqa: S101 (a store begins with groups)
    promises = state.promises()
    relaxed = {who: promises[who] for who in content["relaxed"]}
    accepted = {who: role for who, role in promises.items() if who not in relaxed}
    asked = state.unbound() - accepted.keys()
    changes = tuple(Change.model_validate(one) for one in content["changes"])
    state.before = Before(
        before, asked, accepted, relaxed, changes, tuple(content.get("options", ()))
    )
    state.grouping = content["grouping"]
    state.accepted = {who: row for who, row in state.accepted.items() if who in accepted}
    state.asked = set()
    state.unanswered |= state.given_up().keys()
    # An answer to a proposal that is no longer made would accept something else.
    changed = {one.member_id for one in changes}
    state.open = {who: row for who, row in state.open.items() if who not in changed}


def _invite(state: State, step: Step) -> None:
    for one in step.content["invitations"]:
        state.invited.setdefault(one["member_id"], []).append({**one, "round": step.round})


_APPLY = {
    "start": _start,
    "propose": _propose,
    "answer": _answer,
    "members": _members,
    "forget": _forget,
    "invite": _invite,
    "reform": _reform,
}
