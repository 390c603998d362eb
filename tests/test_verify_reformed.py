"""Groups formed again, told truly, then tampered with in one place: each tampering is seen as what it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import pytest
from grouping_builder import GroupWanted, build_grouping
from small import member, office, small_edition
from source import ENGLISH
from test_architecture import MODULES, imports_of
from test_form_again import edition_with_promises, formed_again
from test_verify_tampered import EDITION as STRANGE_EDITION
from test_verify_tampered import TAMPERED as STRANGE
from test_violations_told import OTHERS
from tiny_rounds import tiny_round

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Role, Theme
from sip_grouping.grouping import Group, Grouping, ObjectiveName, Placement, Stage, relative_gap
from sip_grouping.grouping.changes import CHANGE_COLUMNS, changes_between, disruption_of
from sip_grouping.grouping.proposed import ChangeRow, Proposed, change_rows
from sip_grouping.rules import AnyRuleId, RecordRuleId, RoundRuleId, RuleId
from sip_grouping.verification import ReformVerification, verify_reformed

Place, Consent, Ids = RoundRuleId.ACCEPTED_PLACE, RoundRuleId.CONSENT, RoundRuleId.KEPT_ID
Changes, Points = RoundRuleId.CHANGES, RoundRuleId.DISRUPTION


@dataclass(frozen=True)
class Told:
    """All that the verifier is given of groups formed again."""

    edition: Edition
    grouping: Grouping
    proposed: Proposed

    def verified(self) -> ReformVerification:
        return verify_reformed(self.edition, self.grouping, self.proposed)

    def rules(self) -> set[AnyRuleId]:
        """Return which rules of rounds are broken."""
        return {one.rule for one in self.verified().violations if one.rule in set(RoundRuleId)}

    def moved(self, who: str, group_id: str) -> "Told":
        """Return the same with a member in another group."""
        to = self.grouping.group_by_id[group_id]
        return self.rows(who, group_id=group_id, theme=to.theme, track=to.track)

    def rows(self, who: str, **changed: object) -> "Told":
        placements = tuple(
            one.model_copy(update=changed) if one.member_id == who else one
            for one in self.grouping.placements
        )
        return self.made(placements=placements)

    def group(self, group_id: str, **changed: object) -> "Told":
        groups = tuple(
            one.model_copy(update=changed) if one.group_id == group_id else one
            for one in self.grouping.group_records
        )
        return self.made(group_records=groups)

    def all_of(self, group_id: str, **changed: object) -> "Told":
        """Return the same with a group and the rows of its members changed."""
        inside = {p.member_id for p in self.grouping.placements if p.group_id == group_id}
        told = self.group(group_id, **changed)
        for who in inside:
            told = told.rows(who, **changed)
        return told

    def renamed(self, names: Mapping[str, str]) -> "Told":
        def of(one: Group | Placement) -> Group | Placement:
            return one.model_copy(update={"group_id": names.get(one.group_id, one.group_id)})

        return self.made(
            group_records=tuple(map(of, self.grouping.group_records)),
            placements=tuple(map(of, self.grouping.placements)),
        )

    def made(self, **changed: object) -> "Told":
        return replace(self, grouping=self.grouping.model_copy(update=changed))

    def stage(self, **changed: object) -> "Told":
        (stage,) = self.grouping.stages
        return self.made(stages=(stage.model_copy(update=changed),))

    def answered(self, **changed: Any) -> "Told":
        return replace(self, proposed=replace(self.proposed, **changed))

    def row(self, number: int, **changed: str) -> "Told":
        rows = list(self.proposed.changes)
        rows[number] = replace(rows[number], **changed)
        return self.answered(changes=tuple(rows))

    def truly(self) -> "Told":
        """Return the same, any number of moves allowed, with changes and value as they have to be."""
        before, prices = self.proposed.grouping, self.edition.disruption
        changes = changes_between(before, self.grouping, self.proposed.asked, prices)
        score = self.verified().score_thousandths
        value = score - disruption_of(changes)
        told = self.answered(changes=change_rows(one.row for one in changes))
        gap = relative_gap(value, value + 1000)
        return told.stage(value=value, bound=value + 1000, gap=gap).made(settings={})


def people(**left: object) -> list[sip.Member]:
    common = {"languages": ("fr", "nl"), "slots": ("mon-eve", "tue-eve")}
    km = {**dict.fromkeys(range(3), 0.0), **dict.fromkeys(range(3, 6), 9.0)}
    return [
        member(
            f"m{n}",
            km=km.get(n, 1.0),
            moderator=n not in {2, 5, 10},
            themes=("b",) if n in {8, 9} else ("a",),
            **common,
            **(left if n == 8 else {}),
        )
        for n in range(11)
    ]


BEFORE: Sequence[GroupWanted] = (
    {"theme": "a", "place": "hub", "members": ["m0", "m1", "m2"], "moderators": ["m0"],
     "language": "nl", "slot": "mon-eve"},
    {"theme": "a", "place": "north", "members": ["m3", "m4", "m5"], "moderators": ["m3"],
     "language": "nl", "slot": "mon-eve"},
    {"theme": "a", "track": "video", "members": ["m6", "m7"], "moderators": ["m6"],
     "language": "nl", "slot": "mon-eve"},
    {"theme": "b", "place": "hub", "members": ["m8", "m9"], "moderators": ["m8"],
     "language": "nl", "slot": "mon-eve"},
)  # fmt: skip
AFTER: Sequence[GroupWanted] = (
    BEFORE[0],
    {"theme": "a", "place": "hub", "members": ["m3", "m4", "m10"], "moderators": ["m4"],
     "language": "nl", "slot": "mon-eve"},
    {"theme": "a", "track": "video", "members": ["m5", "m6", "m7"], "moderators": ["m6"],
     "language": "nl", "slot": "tue-eve"},
)  # fmt: skip
CHANGED = (
    ("m3", "no", "role_lost", "g2", "g2", "moderator", "member", "a", "a", "10.0"),
    ("m3", "no", "place_changed", "g2", "g2", "moderator", "member", "a", "a", "10"),
    ("m4", "no", "role_gained", "g2", "g2", "member", "moderator", "a", "a", "5.0"),
    ("m4", "no", "place_changed", "g2", "g2", "member", "moderator", "a", "a", "10.0"),
    ("m5", "yes", "moved_group", "g2", "g3", "member", "member", "a", "a", "0.0"),
    ("m5", "yes", "track_changed", "g2", "g3", "member", "member", "a", "a", "0"),
    ("m6", "no", "slot_changed", "g3", "g3", "moderator", "moderator", "a", "a", "20.0"),
    ("m7", "no", "slot_changed", "g3", "g3", "member", "member", "a", "a", "20.000"),
    ("m8", "yes", "left_out", "g4", "", "moderator", "", "b", "", "0.0"),
    ("m9", "no", "left_out", "g4", "", "member", "", "b", "", "100.0"),
    ("", "no", "group_closed", "g4", "", "", "", "b", "", "30.0"),
    ("m10", "yes", "placed", "", "g2", "", "member", "", "a", "0.0"),
)
DISRUPTION = 205_000


def told() -> Told:
    """Return groups formed again, by hand: m0 and m1 accepted, m5 asked for a change, m8 declined."""
    more = {"themes": [Theme(id="a"), Theme(id="b")], "offices": [office(), office("north", 10.0)]}
    first = small_edition(people(), moderators=1, **more)  # type: ignore[arg-type]
    before = build_grouping(first, BEFORE)
    assert sip.verify(first, before).ok
    pins = [
        Pin(member_id="m0", theme="a", track="local", place="hub", role="moderator",
            with_members=("m1",)),
        Pin(member_id="m1", theme="a", track="local", place="hub", with_members=("m0",)),
    ]  # fmt: skip
    edition = small_edition(people(commits=False), moderators=1, pins=pins, **more)  # type: ignore[arg-type]
    after = build_grouping(edition, AFTER)
    value = after.score_thousandths - DISRUPTION
    stage = Stage(
        name=ObjectiveName.SCORE_LESS_DISRUPTION,
        value=value,
        bound=value + 1000,
        gap=1000 / abs(value),
    )
    after = after.model_copy(update={"stages": (stage,), "settings": {"max_moves": 1}})
    proposed = Proposed(
        before,
        {"m0": Role.MODERATOR, "m1": Role.MEMBER},
        frozenset({"m5", "m8"}),
        change_rows(CHANGED),
    )
    return Told(edition, after, proposed)


TOLD = told()


def test_what_is_told_truly_is_accepted() -> None:
    found = TOLD.verified()
    assert found.ok, found
    assert (found.disruption_thousandths, found.changes) == (DISRUPTION, len(CHANGED))
    assert (set(found.moved), set(found.accepted)) == ({"m9"}, {"m0", "m1"})
    assert found.as_formed
    assert len(found.not_checked) == 3
    # In any order, and whether or not who left was noted to have asked.
    turned = TOLD.answered(changes=TOLD.proposed.changes[::-1], asked=frozenset({"m5"}))
    assert turned.verified().ok
    # A group that most of its members form goes on as well where nobody has accepted it.
    assert TOLD.answered(accepted={}).verified().ok


def with_pins(pins: Sequence[Pin]) -> Told:
    return replace(TOLD, edition=TOLD.edition.replace(pins=tuple(pins)))


def given_up(who: str, role: Role, told: Told = TOLD) -> Told:
    kept = {one: was for one, was in told.proposed.accepted.items() if one != who}
    asked = told.proposed.asked - {who}
    return told.answered(accepted=kept, asked=asked, given_up={who: role})


M0, M1 = TOLD.edition.pins
NOBODY = TOLD.answered(accepted={})
PRICES = TOLD.edition.disruption.model_copy(update={"slot_changed": 21.0})
SWAPPED = {"g1": "g2", "g2": "g1"}
VALUE = TOLD.grouping.stages[0].value


def another(column: str) -> Told:
    return TOLD.row(2, **{column: "m2" if column == "member_id" else "yes"})


TAMPERED: Mapping[str, tuple[Callable[[], Told], set[RoundRuleId]]] = {
    "an accepted member moved": (lambda: TOLD.moved("m1", "g2").truly(), {Place}),
    "an accepted member moved, untold": (lambda: TOLD.moved("m1", "g2"), {Place, Changes, Points}),
    "an accepted member left out": (
        lambda: TOLD.made(
            placements=tuple(p for p in TOLD.grouping.placements if p.member_id != "m1"),
        ).truly(),
        {Place},
    ),
    "an accepted group elsewhere": (lambda: TOLD.group("g1", place="north").truly(), {Place}),
    "an accepted group by video": (
        lambda: TOLD.group("g1", place="").all_of("g1", track=sip.Track.VIDEO).truly(),
        {Place},
    ),
    "an accepted group in another slot": (
        lambda: TOLD.group("g1", slot="tue-eve").truly(),
        {Place},
    ),
    "an accepted group in another language": (
        lambda: TOLD.group("g1", language="fr").truly(),
        {Place},
    ),
    "an accepted group of another theme": (
        lambda: TOLD.all_of("g1", theme="b").truly(),
        {Place, Ids},
    ),
    "an accepted role lost": (lambda: TOLD.rows("m0", role=Role.MEMBER).truly(), {Consent}),
    "an accepted role changed": (lambda: TOLD.rows("m0", role=Role.SECRETARY).truly(), {Consent}),
    "a role taken for accepted": (
        lambda: TOLD.answered(accepted=dict.fromkeys(("m0", "m1"), Role.MEMBER)),
        {Consent},
    ),
    "an accepted role that is none": (
        lambda: TOLD.answered(accepted={"m0": Role.MODERATOR, "m1": Role.SECRETARY}),
        {Consent},
    ),
    "an accepted place without a pin": (
        lambda: with_pins([M0.model_copy(update={"with_members": ()})]),
        {Consent},
    ),
    "given up, and kept": (lambda: given_up("m1", Role.MEMBER), {Consent}),
    "given up with its role, and kept": (lambda: given_up("m0", Role.MODERATOR), {Consent}),
    "given up by whoever left": (lambda: given_up("m8", Role.MODERATOR), {Consent}),
    "given up in a role that was not proposed": (lambda: given_up("m9", Role.SECRETARY), {Consent}),
    "ids of two groups swapped": (lambda: NOBODY.renamed(SWAPPED).truly(), {Ids}),
    "ids of two groups swapped, one accepted": (
        lambda: TOLD.renamed(SWAPPED).truly(),
        {Ids, Place},
    ),
    "another id for a group that goes on": (
        lambda: NOBODY.renamed({"g3": "g9"}).truly(),
        {Ids},
    ),
    "the id of a group that closed": (
        lambda: TOLD.renamed({"g2": "g4"}).truly(),
        {Ids},
    ),
    "a missing row": (lambda: TOLD.answered(changes=TOLD.proposed.changes[1:]), {Changes}),
    "a missing row of a group": (
        lambda: TOLD.answered(changes=(*TOLD.proposed.changes[:10], TOLD.proposed.changes[11])),
        {Changes},
    ),
    "a row twice": (
        lambda: TOLD.answered(changes=(*TOLD.proposed.changes, TOLD.proposed.changes[0])),
        {Changes},
    ),
    "a false row": (
        lambda: TOLD.answered(
            changes=(
                *TOLD.proposed.changes,
                ChangeRow("m2", "yes", "role_lost", "g1", "g1", "member", "member", "a", "a", "0"),
            )
        ),
        {Changes},
    ),
    "a group that never was": (
        lambda: TOLD.answered(
            changes=(*TOLD.proposed.changes, ChangeRow("", "no", "group_closed", "g7", points="0"))
        ),
        {Changes},
    ),
    "wrong points": (lambda: TOLD.row(0, points="9.0"), {Points}),
    "points that are none": (lambda: TOLD.row(0, points="much"), {Points}),
    "points for who asked": (lambda: TOLD.row(4, points="20.0"), {Points}),
    "points for who is new": (lambda: TOLD.row(11, points="-5.0"), {Points}),
    "other prices": (
        lambda: replace(TOLD, edition=TOLD.edition.replace(disruption=PRICES)),
        {Points},
    ),
    "a wrong total": (lambda: TOLD.stage(value=VALUE + 1), {Points}),
    "nothing told of the total": (lambda: TOLD.made(stages=(), bound_thousandths=10**6), {Points}),
    "more moves than allowed": (lambda: TOLD.made(settings={"max_moves": 0}), {Points}),
    "somebody asked who did not": (
        lambda: TOLD.answered(asked=frozenset({"m5", "m8", "m9"})),
        {Changes, Points},
    ),
    "somebody did not ask who did": (
        lambda: TOLD.answered(asked=frozenset({"m8"})),
        {Changes, Points},
    ),
    **{
        f"another {column} in a row": (partial(another, column), {Changes})
        for column in CHANGE_COLUMNS[:-1]
    },
}


@pytest.mark.parametrize("what", TAMPERED)
def test_each_tampering_is_refused_for_what_it_is(what: str) -> None:
    make, rules = TAMPERED[what]
    assert make().rules() == rules


def test_each_rule_of_rounds_is_broken_by_something_alone() -> None:
    alone = {next(iter(rules)) for _, rules in TAMPERED.values() if len(rules) == 1}
    assert alone == set(RoundRuleId)


GIVEN_UP: Mapping[str, Callable[[], Told]] = {
    "another group": lambda: given_up("m1", Role.MEMBER, TOLD.moved("m1", "g2")),
    "no group": lambda: given_up("m9", Role.MEMBER),
    "its role": lambda: given_up("m3", Role.MODERATOR),
    "its place": lambda: given_up("m3", Role.MEMBER),
    "its slot": lambda: given_up("m6", Role.MODERATOR),
    "its language": lambda: given_up("m2", Role.MEMBER, NOBODY.group("g1", language="fr")),
    "its track": lambda: given_up(
        "m2", Role.MEMBER, NOBODY.group("g1", place="").all_of("g1", track=sip.Track.VIDEO)
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", GIVEN_UP)
def test_what_changed_may_have_been_given_up(what: str) -> None:
    told = GIVEN_UP[what]().truly()
    assert told.rules() == set()
    assert told.verified().given_up == set(told.proposed.given_up)


def test_a_bound_below_the_true_value_is_refused() -> None:
    low = TOLD.stage(value=VALUE - 5000, bound=VALUE - 1000, gap=4000 / abs(VALUE - 5000))
    found = low.verified().violations
    assert {one.rule for one in found} == {Points, RecordRuleId.BOUND}
    assert [one.allowed for one in found if one.rule is RecordRuleId.BOUND] == [f"at least {VALUE}"]
    # Told truly, it is said once.
    once = TOLD.stage(bound=VALUE - 1, gap=-1 / abs(VALUE)).verified().violations
    assert [one.rule for one in once] == [RecordRuleId.BOUND]


def test_more_moves_than_half_of_a_group_close_it() -> None:
    """Two of the three who could stay keep the id, one of two does not."""
    kept = NOBODY.moved("m2", "g3").truly()
    assert kept.rules() == set()
    gone = NOBODY.moved("m2", "g3").moved("m1", "g3").truly()
    assert gone.rules() == {Ids}
    # Those who asked count neither way.
    asked = NOBODY.answered(asked=frozenset({"m1", "m2", "m5", "m8"}))
    assert asked.moved("m2", "g3").moved("m1", "g3").truly().rules() == set()


@pytest.mark.parametrize("what", TAMPERED)
def test_each_violation_is_told_in_each_language(what: str) -> None:
    for one in TAMPERED[what][0]().verified().violations:
        for language in OTHERS if one.rule in set(RoundRuleId) else ():
            said = one.message_in(language)
            assert said != one.message
            assert not ENGLISH[language].search(said), said


@pytest.mark.parametrize("what", STRANGE)
def test_whatever_is_wrong_with_a_grouping_becomes_a_violation(what: str) -> None:
    """Also where the groups before are those of another edition, or contradict themselves."""
    strange = STRANGE[what][0]()
    told = replace(TOLD.proposed, grouping=strange)
    assert not verify_reformed(STRANGE_EDITION, strange, TOLD.proposed).ok
    assert not verify_reformed(TOLD.edition, TOLD.grouping, told).ok
    assert not verify_reformed(
        TOLD.edition, TOLD.grouping.model_copy(update={"stages": ()}), told
    ).ok


def test_tiny_rounds_formed_again_are_accepted() -> None:
    seen = 0
    for seed in range(0, 60, 2):
        tiny = tiny_round(seed, accepting=(0.1, 0.4, 0.7)[seed % 3])
        again = None if tiny is None else formed_again(tiny)
        if tiny is None or again is None or again.grouping is None:
            continue
        rows = change_rows(one.row for one in again.changes)
        proposed = Proposed(tiny.earlier, tiny.accepted, tiny.asked, rows)
        found = verify_reformed(edition_with_promises(tiny), again.grouping, proposed)
        assert found.ok, (seed, found)
        assert (found.disruption_thousandths, found.moved) == (again.disruption, again.moved), seed
        seen += 1
    assert seen >= 10


def test_the_verifier_has_its_own_account_of_changes() -> None:
    assert tuple(one.name for one in fields(ChangeRow)) == CHANGE_COLUMNS
    shared = {"sip_grouping.grouping.changes", "sip_grouping.grouping.promises"}
    for module in MODULES:
        if module.startswith("sip_grouping.verification"):
            assert not shared & imports_of(module), module
    assert {*RoundRuleId}.isdisjoint({*RuleId, *RecordRuleId})
