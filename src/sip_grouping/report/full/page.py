"""The report of a grouping on a page of HTML.

Comes in: an edition, a grouping of it, perhaps an earlier one, a language, whether names may be shown. Goes
out: the page as text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping, LeftOutStatus
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.plan import Plan
from sip_grouping.plan.projects import ChosenProjects
from sip_grouping.report.full import figures, quality
from sip_grouping.report.full.against import Against, against
from sip_grouping.report.full.members import (
    Card,
    Shown,
    explained_table,
    group_cards,
    groups_table,
    left_out_table,
)
from sip_grouping.report.full.season import SeasonView, season_view
from sip_grouping.report.full.tables import Table, table
from sip_grouping.report.map.scene import scene_of
from sip_grouping.report.map.view import MapView, map_view
from sip_grouping.report.page import page
from sip_grouping.report.speech import Words


@dataclass(frozen=True, slots=True)
class Report:
    """All that the template of the report shows."""

    formed: tuple[str, ...]
    proven: tuple[str, ...]
    score: tuple[Table, ...]
    map: MapView
    groups: Table
    cards: tuple[Card, ...]
    left_out: tuple[Table, ...]
    explained: Table | None
    season: SeasonView | None
    figures: tuple[Table, ...]
    against: Against | None
    made: Table


def report_page(
    edition: Edition,
    grouping: Grouping,
    *,
    language: Language,
    names: bool = False,
    earlier: Grouping | Proposed | None = None,
    options: pd.DataFrame | None = None,
    explained: Mapping[str, Sequence[str]] | None = None,
    plan: Plan | None = None,
    projects: ChosenProjects | None = None,
    checked: bool = False,
) -> str:
    """Return the page of a report: one file that needs no network.

    Parameters
    ----------
    edition, grouping
        They belong together.
    names
        Whether names and e-mail addresses are shown; ids alone where not.
    earlier
        A grouping that this one is compared with; of groups that were proposed it is told what changed.
    options
        The rows of options.csv.
    explained
        Sentences on why members have no place, or not the one they wished for, by id.
    plan, projects
        When the groups meet, and their test projects.
    checked
        Whether the verifier accepted all of these: the report says so then.
    """
    words = Words(language)
    shown = Shown(edition, words, names)
    season = None
    if plan is not None:
        season = season_view(grouping, shown, plan, projects, checked=checked)
    tables = (
        figures.themes_table(edition, grouping, words),
        figures.ranks_table(grouping, words),
        figures.travel_table(grouping, words),
        figures.sizes_table(edition, grouping, words),
        figures.roles_table(edition, grouping, words),
    )
    score = (quality.score_table(grouping, words), quality.stages_table(grouping, words))
    without = (left_out_table(grouping, status, shown) for status in LeftOutStatus)
    report = Report(
        formed=tuple(quality.about_groups(edition, grouping, words)),
        proven=tuple(quality.about_proof(edition, grouping, words, checked=checked)),
        score=tuple(one for one in score if one is not None),
        map=map_view(scene_of(edition, grouping), words),
        groups=groups_table(grouping, shown),
        cards=tuple(group_cards(grouping, shown, None if season is None else season.dates)),
        left_out=tuple(one for one in without if one is not None),
        explained=explained_table(explained or {}, words),
        season=season,
        figures=tuple(one for one in tables if one is not None and one.rows),
        against=None if earlier is None else against(earlier, grouping, shown, options),
        made=_made(edition, grouping, words),
    )
    return page(
        "report.html.j2",
        words,
        styles=("base.css", "map.css", "report.css", "season.css"),
        title=words.say("report-title", edition=edition.name),
        report=report,
        names=names,
    )


def _made(edition: Edition, grouping: Grouping, words: Words) -> Table:
    """Return how the grouping was made, so that it can be made again."""
    rows = [(words.say("edition"), edition.name), (words.say("digest"), grouping.edition_digest)]
    rows.append((words.say("seed"), str(grouping.seed)))
    rows += [(name, _shown(value)) for name, value in sorted(grouping.settings.items())]
    rows += [(name, version) for name, version in sorted(grouping.versions.items())]
    return table(words.say("made-caption"), (words.say("part"), words.say("value")), rows)


def _shown(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)
