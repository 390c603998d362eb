"""Pins: placements that cannot stay, because the answers or other pins contradict them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sip_grouping.checks.view import EditionView
from sip_grouping.distance import Coordinates, distance_m
from sip_grouping.errors import Finding
from sip_grouping.records import Member, Pin, Role, Track


def pin_findings(view: EditionView) -> Iterator[Finding]:
    """Yield what is wrong with the pins, each by itself and with the others."""
    for number, pin in enumerate(view.pins):
        check = _PinCheck(view, number, pin)
        yield from check.findings()
    yield from _pins_of_one_member(view)
    yield from _pins_of_a_block(view)


@dataclass(frozen=True)
class _PinCheck:
    """One pin against the answers."""

    view: EditionView
    number: int
    pin: Pin

    def wrong(
        self, code: str, column: str, message: str, remedy: str, value: str | None = None
    ) -> Finding:
        shown = getattr(self.pin, column) if value is None else value
        shown = " ".join(shown) if isinstance(shown, tuple) else shown
        row = self.view.pin_row(self.number)
        return Finding(code, message, remedy, self.view.sources.pins, row, column, str(shown or ""))

    def findings(self) -> Iterator[Finding]:
        view, pin = self.view, self.pin
        theme = view.theme_by_id.get(pin.theme)
        if theme is None:
            if pin.theme not in view.sources.unreadable_theme_ids:
                remedy = f"write one of: {', '.join(view.theme_by_id)}"
                yield self.wrong("unknown-theme", "theme", "the edition has no such theme", remedy)
        elif pin.track not in theme.tracks:
            message = f"theme {pin.theme} has no {pin.track} groups"
            yield self.wrong("track-not-allowed", "track", message, "pin it to another track")
        yield from self._place()
        for member_id in (pin.member_id, *pin.with_members):
            column = "member_id" if member_id == pin.member_id else "with_members"
            at = view.number_of_member.get(member_id)
            if at is not None:
                yield from self._member(view.members[at], column)
            elif member_id not in view.sources.unreadable_member_ids:
                remedy = "correct the id, or remove it"
                yield self.wrong(
                    "unknown-member", column, "there is no such member", remedy, member_id
                )
        if pin.member_id in pin.with_members:
            message = "the pinned member is named among its company"
            yield self.wrong("company-of-oneself", "with_members", message, "remove its own id")

    def _place(self) -> Iterator[Finding]:
        pin = self.pin
        if pin.track is Track.VIDEO and pin.place:
            message = "a video group has no place"
            yield self.wrong("place-of-video", "place", message, "leave the place empty")
        elif pin.track is Track.LOCAL and not pin.place:
            message = "a local group needs a place"
            yield self.wrong("place-missing", "place", message, "give an office_id or a town")
        elif pin.place and self.view.place_position(pin.place) is None:
            message = "there is no such office or town"
            remedy = "give an office_id, or a town such as FR-69003"
            yield self.wrong("unknown-place", "place", message, remedy)

    def _member(self, member: Member, column: str) -> Iterator[Finding]:
        view, pin = self.view, self.pin
        who = f"member {member.member_id}"

        def wrong(code: str, message: str, remedy: str) -> Finding:
            return self.wrong(code, column, message, remedy, member.member_id)

        if not member.eligible:
            message = f"{who} takes no part (cooperator or commits is no)"
            yield wrong("pin-of-ineligible", message, "correct that answer, or remove the pin")
        if pin.theme in view.theme_by_id and pin.theme not in member.themes:
            message = f"{who} did not rank theme {pin.theme}"
            yield wrong("pin-not-ranked", message, "pin a theme that the member ranked")
        if not member.accepts(pin.track):
            message = f"{who} does not accept {pin.track} groups"
            yield wrong("pin-track-not-accepted", message, "correct that answer, or the pin")
        role = pin.role if column == "member_id" else None
        if role is not None and not member.volunteers_for(role):
            yield self.wrong(
                "pin-not-a-volunteer",
                "role",
                f"{who} does not volunteer as {role}",
                "correct that answer, or leave the role empty",
            )
        yield from self._travel(member)
        if member.member_id != pin.member_id:
            first = view.number_of_member.get(pin.member_id)
            pinned = None if first is None else view.members[first]
            apart = pinned is not None and (
                member.member_id in pinned.apart or pinned.member_id in member.apart
            )
            if apart:
                message = f"{who} and member {pin.member_id} must be apart"
                yield wrong("company-apart", message, "remove one of the two rules")

    def _travel(self, member: Member) -> Iterator[Finding]:
        view, pin = self.view, self.pin
        rules = view.rules_by_theme.get(pin.theme)
        home, place = view.position(member), view.place_position(pin.place)
        if pin.track is not Track.LOCAL or rules is None or home is None or place is None:
            return
        own = pin.place == member.office
        limit = rules.office_travel_m if own else rules.travel_m
        metres = distance_m(Coordinates(*home), Coordinates(*place))
        if metres > limit:
            yield self.wrong(
                "pin-too-far",
                "place",
                f"member {member.member_id} lives {metres / 1000:.3f} km from it, and may travel"
                f" {limit / 1000:g} km",
                "raise the travel limit, or pin another place",
            )


def _pins_of_one_member(view: EditionView) -> Iterator[Finding]:
    """Each pinned group counts, and so does each group that a member keeps company in."""
    kept: dict[str, dict[tuple[str, Track, str], list[int]]] = defaultdict(
        lambda: defaultdict(list)
    )
    own: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, pin in enumerate(view.pins):
        own[pin.member_id, pin.theme].append(number)
        for member_id in (pin.member_id, *pin.with_members):
            kept[member_id][pin.theme, pin.track, pin.place].append(number)
    for (member_id, theme), numbers in own.items():
        if len(numbers) > 1:
            first, last = view.pins[numbers[0]], view.pins[numbers[-1]]
            same = (first.track, first.place) == (last.track, last.place)
            code = "duplicate-pin" if same else "pins-contradict"
            yield _of_pin(
                view,
                numbers[-1],
                code,
                f"member {member_id} is pinned to theme {theme} in row {view.pin_row(numbers[0])} too",
                "keep one of the pins",
            )
    for member_id, groups in kept.items():
        numbers = sorted(number for pins in groups.values() for number in pins)
        themes = {theme for theme, _, _ in groups}
        limits = [
            view.rules_by_theme[t].groups_per_member for t in themes if t in view.rules_by_theme
        ]
        if len(groups) > len(themes) and all(len(own[member_id, t]) < 2 for t in themes):
            yield _of_pin(
                view,
                numbers[-1],
                "pins-contradict",
                f"the pins put member {member_id} into two groups of one theme",
                "keep one of the pins, or leave the member out of with_members",
            )
        elif limits and len(themes) > min(limits):
            yield _of_pin(
                view,
                numbers[-1],
                "too-many-pins",
                f"the pins put member {member_id} into {len(themes)} groups, and it may be in"
                f" {min(limits)}",
                "remove some of its pins, or raise groups_per_member",
            )


def _pins_of_a_block(view: EditionView) -> Iterator[Finding]:
    """Members who belong together share their groups, so their pins must agree."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, pin in enumerate(view.pins):
        block = view.block_of_member.get(pin.member_id)
        if block is not None:
            blocks[block, pin.theme].append(number)
    by_block: dict[str, set[tuple[str, Track, str]]] = defaultdict(set)
    for (block, _), numbers in blocks.items():
        by_block[block] |= {
            (view.pins[n].theme, view.pins[n].track, view.pins[n].place) for n in numbers
        }
        people = {view.pins[n].member_id for n in numbers}
        places = {(view.pins[n].track, view.pins[n].place) for n in numbers}
        if len(people) > 1 and len(places) > 1:
            yield _of_pin(
                view,
                numbers[-1],
                "pins-contradict",
                f"members {', '.join(sorted(people))} belong together, and are pinned to different"
                " groups",
                "pin them to one group, or remove the pair",
            )
        yield from _too_many_holders(view, numbers)


def _too_many_holders(view: EditionView, numbers: list[int]) -> Iterator[Finding]:
    rules = view.rules_by_theme.get(view.pins[numbers[0]].theme)
    if rules is None:
        return
    for role, wanted in ((Role.MODERATOR, rules.moderators), (Role.SECRETARY, rules.secretaries)):
        held = [number for number in numbers if view.pins[number].role is role]
        if len({view.pins[number].member_id for number in held}) > wanted:
            yield _of_pin(
                view,
                held[-1],
                "too-many-role-holders",
                f"{len(held)} members of one group are pinned as {role}, and a group has {wanted}",
                "leave the role of some of them empty",
            )


def _of_pin(view: EditionView, number: int, code: str, message: str, remedy: str) -> Finding:
    member_id = view.pins[number].member_id
    return Finding(
        code, message, remedy, view.sources.pins, view.pin_row(number), "member_id", member_id
    )
