"""What a reader should know of records that fit together: who is passed over, which volunteers are lacking.

Comes in: the records, and warnings told before. Goes out: warnings, in the order of the rows. None of
them keeps an edition from being used.
"""

from collections.abc import Iterable, Iterator

from sip_grouping.catalogue import Parameter
from sip_grouping.edition.checks.roles import said_only, shortage_of
from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member, Role
from sip_grouping.findings import Finding, finding

WARNING_CODES = frozenset(
    {"theme-closed-in-country", "no-theme-open", "no-role-wanted", "no-volunteer"}
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
    return [*_of_members(view, teller), *_of_roles(view, teller)]


class _Teller:
    """Makes a warning, or finds the same one among those told before."""

    def __init__(self, before: Iterable[Finding]) -> None:
        self._before = {
            (one.code, one.variant, one.column, one.value, one.parameters): one for one in before
        }

    def tell(
        self,
        code: str,
        place: tuple[str, int | str | None, str],
        value: str | None = None,
        **parameters: Parameter,
    ) -> Finding:
        key = (code, "", place[2], value, tuple(sorted(parameters.items())))
        file, row, column = place
        return self._before.get(key) or finding(
            code, file, row, column, value, sheet=None, variant="", **parameters
        )


def _of_members(view: EditionView, teller: _Teller) -> Iterator[Finding]:
    for number, member in enumerate(view.members):
        file, row = view.sources.members, view.member_row(number)
        who = member.member_id
        closed = [theme for theme in member.themes if not view.may_be_open(theme, member)]
        for theme in closed:
            column = f"theme_{member.rank_of(theme)}"
            yield teller.tell(
                "theme-closed-in-country", (file, row, column), theme,
                member=who, theme=theme, countries=view.theme_by_id[theme].countries,
                country=member.country,
            )  # fmt: skip
        if not member.eligible:
            continue
        if len(closed) == len(member.themes):
            yield teller.tell(
                "no-theme-open", (file, row, "country"), member.country,
                member=who, country=member.country,
            )  # fmt: skip
        elif not _has_seat(view, member):
            column = Role.MODERATOR if Role.MODERATOR in member.roles else Role.SECRETARY
            yield teller.tell("no-role-wanted", (file, row, column.value), "only", member=who)


def _has_seat(view: EditionView, member: Member) -> bool:
    """Return whether a theme open to a member has a seat for it, if it takes part in a role only."""
    rules = [
        view.rules_by_theme.get(theme) for theme in member.themes if view.may_be_open(theme, member)
    ]
    needed = said_only([member])
    return any(one is None or shortage_of(needed, one) is None for one in rules)


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
