"""What a reader should know of records that fit together: who cannot be placed, who is nowhere to be found.

Comes in: the records, and warnings told before. Goes out: warnings, in the order of the rows. None of
them keeps an edition from being used.
"""

from collections.abc import Iterable, Iterator, Mapping

from sip_grouping.catalogue import Parameter
from sip_grouping.edition.checks.never_placed import never_placed
from sip_grouping.edition.checks.previous import silent_previous
from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member, Office, Role
from sip_grouping.edition.towns import far_from_postcode
from sip_grouping.edition.values import COUNTRIES
from sip_grouping.findings import Finding, finding

FAR = "far-from-postcode"
WARNING_CODES = frozenset(
    {
        *("theme-closed-in-country", "no-volunteer", FAR),
        *("previous-without-wish", "previous-without-groups", "previous-of-others"),
        *("no-theme-open", "no-track", "no-place-in-reach", "no-role-wanted", "no-groups-allowed"),
    }
)
"""Codes of the warnings that are made here; they go where what they warn of goes."""


def cross_warnings(view: EditionView, before: Iterable[Finding] = ()) -> list[Finding]:
    """Return what is worth knowing of records that fit together.

    Parameters
    ----------
    before
        Warnings of the records before they were changed. One that is still true is told as it was, with
        the file and row where it was read.
    """
    teller = _Teller(before)
    return [
        *_of_positions(view, teller),
        *_of_members(view, teller),
        *_of_roles(view, teller),
        *_of_previous(view, teller),
    ]


class _Teller:
    """Makes a warning, or finds the same one among those told before."""

    def __init__(self, before: Iterable[Finding]) -> None:
        self._before = {_key(one): one for one in before}

    def tell(
        self,
        code: str,
        place: tuple[str, int | str | None, str],
        value: str | None = None,
        /,
        *,
        variant: str = "",
        **parameters: Parameter,
    ) -> Finding:
        file, row, column = place
        told = finding(code, file, row, column, value, sheet=None, variant=variant, **parameters)
        return self._before.get(_key(told), told)


def _key(one: Finding) -> tuple[object, ...]:
    """Return what makes two warnings the same."""
    if one.code == FAR:
        # The reader told it of a cell, with the title and the text of that cell.
        given = dict(one.parameters)
        return one.code, given.get("member"), given.get("office"), given["km"]
    # Not the column: the file may call it otherwise.
    return one.code, one.variant, one.value, one.parameters


def _of_positions(view: EditionView, teller: _Teller) -> Iterator[Finding]:
    """Yield where coordinates are far from the postcode they stand beside."""
    for number, metres in view.far_from_postcode.items():
        member = view.members[number]
        place = (view.sources.members, view.member_row(number), "latitude")
        whose = {"member": member.member_id}
        yield _far(teller, place, member, metres, view.name_of_town[member.town_id], whose)
    for number, metres in far_from_postcode(view.offices, view.locations).items():
        office = view.offices[number]
        place = (view.sources.offices, view.office_row(number), "latitude")
        whose = {"office": office.office_id}
        yield _far(teller, place, office, metres, view.name_of_town[office.town_id], whose)


def _far(
    teller: _Teller,
    place: tuple[str, int | str | None, str],
    record: Member | Office,
    metres: int,
    town: str,
    whose: Mapping[str, str],
) -> Finding:
    return teller.tell(
        FAR, place, str(record.latitude),
        km=metres / 1000, code=record.postcode, place=town, **whose,
    )  # fmt: skip


def _of_members(view: EditionView, teller: _Teller) -> Iterator[Finding]:
    """Yield themes that are passed over, and who cannot be placed."""
    never = never_placed(view)
    closed = {
        (country, theme.id)
        for country in COUNTRIES
        for theme in view.themes
        if country not in theme.countries
    }
    for number, member in enumerate(view.members):
        if number not in never and not (
            closed and any((member.country, theme) in closed for theme in member.themes)
        ):
            continue
        file, row = view.sources.members, view.member_row(number)
        who = member.member_id
        for theme in member.themes:
            if (member.country, theme) in closed:
                column = f"theme_{member.rank_of(theme)}"
                yield teller.tell(
                    "theme-closed-in-country", (file, row, column), theme,
                    member=who, theme=theme, countries=view.theme_by_id[theme].countries,
                    country=member.country,
                )  # fmt: skip
        reason = never.get(number)
        if reason is not None:
            country = {"country": member.country} if reason.code == "no-theme-open" else {}
            yield teller.tell(
                reason.code, (file, row, reason.column), reason.value,
                variant=reason.variant, member=who, **country,
            )  # fmt: skip


def _of_roles(view: EditionView, teller: _Teller) -> Iterator[Finding]:
    """Yield the roles that a theme asks for and for which nobody who takes part volunteers."""
    taking_part = [member for member in view.members if member.eligible]
    for role in (Role.MODERATOR, Role.SECRETARY):
        asking = [
            theme.id
            for theme in view.themes
            if theme.groups_max
            and (rules := view.rules_by_theme.get(theme.id))
            and (rules.moderators if role is Role.MODERATOR else rules.secretaries)
        ]
        if asking and taking_part and not any(one.volunteers_for(role) for one in taking_part):
            place = (view.sources.members, None, role.value)
            yield teller.tell("no-volunteer", place, role=role.value, themes=tuple(asking))


def _of_previous(view: EditionView, teller: _Teller) -> Iterator[Finding]:
    """Yield that what is said of the edition before makes no difference."""
    code = silent_previous(view)
    if code is not None:
        file = view.sources.previous if view.previous_seats else view.sources.edition
        yield teller.tell(code, (file, None, "previous"))
