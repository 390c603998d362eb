"""A report as a file.

Comes in: an edition, a grouping of it, the name of a file. Goes out: the file, written whole or not at all.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.files.folder import write_file
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.plan import Plan
from sip_grouping.plan.projects import ChosenProjects
from sip_grouping.report.explained import Explained
from sip_grouping.report.full.page import report_page


def export_report(
    edition: Edition,
    grouping: Grouping | Formed,
    file: Path | str,
    *,
    language: Language = "en",
    names: bool = False,
    against: Grouping | Formed | Proposed | None = None,
    options: pd.DataFrame | None = None,
    explained: Mapping[str, Explained] | None = None,
    plan: Plan | None = None,
    projects: ChosenProjects | None = None,
    checked: bool = False,
    force: bool = False,
) -> None:
    """Write the report of a grouping: one page of HTML that needs no network.

    The same arguments give the same bytes.

    Parameters
    ----------
    edition, grouping
        They belong together; `verify` says whether they do.
    names
        Whether names and e-mail addresses are shown; ids alone where not.
    against
        An earlier grouping that this one is compared with; with the answers to it (`load_before`) the report
        tells what changed since the proposal.
    options
        The rows of options.csv, shown beside that.
    explained
        Why members have no place, or not the one they wished for, by id: `Explainer.told()` of
        `sip_grouping.explain`.
    plan, projects
        When the groups meet: `Planned.plan` of `sip_grouping.season.plan_meetings`; and their test projects.
        The report then has a view of the year and of each week.
    checked
        Whether `verify` accepted the grouping, and `verify_plan` the plan: the report says so then.
    force
        Whether a file that is there may be replaced.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    made = grouping_of(grouping, "export_report")
    earlier = (
        against
        if against is None or isinstance(against, Proposed)
        else grouping_of(against, "export_report", "against")
    )
    text = report_page(
        edition,
        made,
        language=language,
        names=names,
        earlier=earlier,
        options=options,
        explained={one: told(language, "team") for one, told in (explained or {}).items()},
        plan=plan,
        projects=projects,
        checked=checked,
    )
    write_file(file, text.encode("utf-8"), force=force)
