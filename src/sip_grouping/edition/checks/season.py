"""Experts, test projects and team: what does not fit the edition. Names are personal, and in no finding.

Which groups there will be is not known, so that nothing is said of the groups of projects.
"""

from collections.abc import Iterator, Sequence

from sip_grouping.edition.checks.view import EditionView
from sip_grouping.findings import Finding, finding, nearest


def season_findings(view: EditionView) -> Iterator[Finding]:
    """Yield ids that are there twice, and themes, offices and members that the edition has not."""
    season = view.season
    yield from _twice(view, "experts", "expert_id", [one.expert_id for one in season.experts])
    themes = sorted({*view.theme_by_id, *view.sources.unreadable_theme_ids})
    for number, expert in enumerate(season.experts):
        row = view.season_row("experts", number, expert.expert_id)
        for theme in expert.themes:
            if not view.may_be_theme(theme):
                yield finding(
                    "unknown-theme", "experts", row, "themes", theme,
                    known=", ".join(themes), near=nearest(theme, themes),
                )  # fmt: skip
    yield from _twice(view, "projects", "project_id", [one.project_id for one in season.proposals])
    for number, project in enumerate(season.proposals):
        row = view.season_row("projects", number, project.project_id)
        for member_id in project.willing:
            if not view.may_be_member(member_id):
                # What is no id may be a name.
                shown = None if " " in member_id else member_id
                yield finding("unknown-member", "projects", row, "willing", shown)
    yield from _twice(view, "team", "team_id", [one.team_id for one in season.team])
    offices = sorted({*view.office_by_id, *view.sources.unreadable_office_ids})
    for number, contact in enumerate(season.team):
        row = view.season_row("team", number, contact.team_id)
        for office in contact.offices:
            if not view.may_be_office(office):
                yield finding(
                    "unknown-office", "team", row, "offices", office,
                    offices=view.sources.offices, near=nearest(office, offices),
                )  # fmt: skip


_DUPLICATE = {
    "experts": "duplicate-expert",
    "projects": "duplicate-project",
    "team": "duplicate-contact",
}


def _twice(view: EditionView, table: str, column: str, ids: Sequence[str]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for number, record_id in enumerate(ids):
        earlier = first.setdefault(record_id, number)
        if earlier != number:
            row = view.season_row(table, number, record_id)
            other = view.season_row(table, earlier, record_id)
            yield finding(_DUPLICATE[table], table, row, column, record_id, other=str(other))
