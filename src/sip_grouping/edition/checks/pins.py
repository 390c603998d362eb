"""Pins, each by itself: placements that cannot stay, because the answers contradict them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member, Pin, Track
from sip_grouping.edition.values import TOWN_ID
from sip_grouping.findings import Finding
from sip_grouping.geography.distance import Coordinates, distance_m


def pin_findings(view: EditionView) -> Iterator[Finding]:
    """Yield what is wrong with each pin by itself."""
    for number, pin in enumerate(view.pins):
        yield from PinCheck(view, number, pin).findings()


@dataclass(frozen=True)
class PinCheck:
    """One pin against the answers."""

    view: EditionView
    number: int
    pin: Pin

    def wrong(
        self, code: str, column: str, message: str, remedy: str, value: str | None = None
    ) -> Finding:
        """Return a finding about a cell of this pin."""
        shown = getattr(self.pin, column) if value is None else value
        shown = " ".join(shown) if isinstance(shown, tuple) else shown
        row = self.view.pin_row(self.number)
        return Finding(code, message, remedy, self.view.sources.pins, row, column, str(shown or ""))

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with this pin by itself."""
        view, pin = self.view, self.pin
        theme = view.theme_by_id.get(pin.theme)
        if theme is None:
            if not view.may_be_theme(pin.theme):
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
                yield from self.attendance(view.members[at], column)
            elif not view.may_be_member(member_id):
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
        elif pin.place and not self._may_be_place():
            message = "there is no such office or town"
            remedy = "give an office_id, or a town such as FR-69003"
            yield self.wrong("unknown-place", "place", message, remedy)

    def _may_be_place(self) -> bool:
        view, place = self.view, self.pin.place
        if view.place_position(place) is not None or place in view.office_by_id:
            return True
        return not TOWN_ID.match(place) and view.may_be_office(place)

    def attendance(self, member: Member, column: str, *, why: str = "") -> Iterator[Finding]:
        """Yield what keeps a member from the pinned group; `why` tells why it has to be there."""
        view, pin = self.view, self.pin
        who = f"member {member.member_id}{why}"

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
        role = pin.role if member.member_id == pin.member_id else None
        if role is not None and not member.volunteers_for(role):
            yield self.wrong(
                "pin-not-a-volunteer",
                "role",
                f"{who} does not volunteer as {role}",
                "correct that answer, or leave the role empty",
            )
        yield from self._travel(member, who)

    def _travel(self, member: Member, who: str) -> Iterator[Finding]:
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
                f"{who} lives {metres / 1000:.3f} km from it, and may travel {limit / 1000:g} km",
                "raise the travel limit, or pin another place",
            )
