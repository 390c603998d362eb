"""The groups of the edition before: what cannot be, and what says nothing of this edition."""

from collections.abc import Iterator

from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.previous import in_common
from sip_grouping.findings import Finding, finding


def previous_findings(view: EditionView) -> Iterator[Finding]:
    """Yield members who are in one group twice, and groups of two themes."""
    file = view.sources.previous
    first: dict[tuple[str, str], int] = {}
    themes: dict[str, str] = {}
    for number, one in enumerate(view.previous_seats):
        row = view.previous_row(number)
        earlier = first.setdefault((one.member_id, one.group_id), number)
        if earlier != number:
            yield finding(
                "previous-twice", file, row, "member_id", one.member_id,
                group=one.group_id, other=str(view.previous_row(earlier)),
            )  # fmt: skip
        theme = themes.setdefault(one.group_id, one.theme)
        if theme != one.theme:
            yield finding(
                "previous-of-two-themes", file, row, "theme", one.theme,
                group=one.group_id, theme=theme,
            )  # fmt: skip


def silent_previous(view: EditionView) -> str | None:
    """Return why the edition before makes no difference though it is spoken of; None where it does.

    Returns
    -------
    str or None
        A code: ``previous-without-wish``, ``previous-without-groups`` or ``previous-of-others``.
    """
    if not view.previous.asks_for_anything:
        return "previous-without-wish" if view.previous_seats else None
    if not view.previous_seats:
        return "previous-without-groups"
    common = in_common(view.previous_seats, view.number_of_member.keys())
    return None if common.seats else "previous-of-others"
