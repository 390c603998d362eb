"""Pins, each by itself: placements that cannot stay, because the answers contradict them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sip_grouping.catalogue import Parameter
from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member, Pin, Track
from sip_grouping.edition.towns import Position
from sip_grouping.findings import Finding, finding
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
        self,
        code: str,
        column: str,
        value: str | None = None,
        *,
        variant: str = "",
        **parameters: Parameter | None,
    ) -> Finding:
        """Return a finding about a cell of this pin."""
        shown = getattr(self.pin, column) if value is None else value
        shown = " ".join(shown) if isinstance(shown, tuple) else str(shown or "")
        file, row = self.view.sources.pins, self.view.pin_row(self.number)
        return finding(code, file, row, column, shown, sheet=None, variant=variant, **parameters)

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with this pin by itself."""
        view, pin = self.view, self.pin
        theme = view.theme_by_id.get(pin.theme)
        if theme is None:
            if not view.may_be_theme(pin.theme):
                yield self.wrong("unknown-theme", "theme", known=", ".join(view.theme_by_id))
        elif pin.track not in theme.tracks:
            yield self.wrong("track-not-allowed", "track", theme=pin.theme, track=pin.track.value)
        yield from self._place()
        for member_id in (pin.member_id, *pin.with_members):
            column = "member_id" if member_id == pin.member_id else "with_members"
            at = view.number_of_member.get(member_id)
            if at is not None:
                yield from self.attendance(view.members[at], column)
            elif not view.may_be_member(member_id):
                yield self.wrong("unknown-member", column, member_id)
        if pin.member_id in pin.with_members:
            yield self.wrong("company-of-oneself", "with_members")

    def _place(self) -> Iterator[Finding]:
        pin = self.pin
        if pin.track is Track.VIDEO and pin.place:
            yield self.wrong("place-of-video", "place")
        elif pin.track is Track.LOCAL and not pin.place:
            yield self.wrong("place-missing", "place")
        elif pin.place and not self._may_be_place():
            yield self.wrong("unknown-place", "place")

    def _may_be_place(self) -> bool:
        view, place = self.view, self.pin.place
        if view.place_position(place) is not None or place in view.office_by_id:
            return True
        return not view.may_be_town(place) and view.may_be_office(place)

    def attendance(
        self, member: Member, column: str, *, through_others: bool = False
    ) -> Iterator[Finding]:
        """Yield what keeps a member from the pinned group.

        Parameters
        ----------
        through_others
            No pin names the member: it has to be there because it belongs together with one who is.
        """
        view, pin = self.view, self.pin
        variant = "through" if through_others else ""

        def wrong(code: str, column: str = column, **parameters: Parameter) -> Finding:
            # A role and a place are those of the pin, which may name another member.
            value = member.member_id if column in {"member_id", "with_members"} else None
            named = {"member": member.member_id, **parameters}
            return self.wrong(code, column, value, variant=variant, **named)

        if not member.eligible:
            yield wrong("pin-of-ineligible")
        if pin.theme in view.theme_by_id and pin.theme not in member.themes:
            yield wrong("pin-not-ranked", theme=pin.theme)
        elif not view.may_be_open(pin.theme, member):
            yield wrong("pin-to-closed-theme", theme=pin.theme, country=member.country)
        if not member.accepts(pin.track):
            yield wrong("pin-track-not-accepted", track=pin.track.value)
        role = pin.role if member.member_id == pin.member_id else None
        if role is not None and not member.volunteers_for(role):
            named = {"member": member.member_id, "role": role.value}
            said = "only" if member.only_in_a_role else variant
            yield self.wrong("pin-not-a-volunteer", "role", variant=said, **named)
        metres, limit = self._way(member)
        if metres > limit:
            yield wrong("pin-too-far", "place", km=metres / 1000, limit=limit / 1000)

    def _way(self, member: Member) -> tuple[int, int]:
        """Return the metres from home to the pinned place, and how many there may be; 0 where unknown."""
        view, pin = self.view, self.pin
        rules = view.rules_by_theme.get(pin.theme)
        home, place = view.position(member), view.place_position(pin.place)
        if pin.track is not Track.LOCAL or rules is None or home is None or place is None:
            return 0, 0
        return _metres(home, place), rules.travel_limit_m(own_office=pin.place == member.office)


@lru_cache(maxsize=2**16)
def _metres(home: Position, place: Position) -> int:
    """Return the way from a home to a place: each member of a company is asked about with every other."""
    return distance_m(Coordinates(*home), Coordinates(*place))
