"""The subcommand `verify-plan`: every rule and figure of a plan of meetings, checked anew.

Comes in: what was typed. Goes out: the verdict; see `app`.
"""

from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.catalogue import counted, number, pattern
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    GroupingFolder,
    Json,
    Lang,
    Postcodes,
    Quiet,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.errors import VerificationError
from sip_grouping.units import THOUSANDTHS

_LINES_OF_WARNINGS = 10


def verify_plan(
    context: typer.Context,
    edition: EditionFolder,
    grouping: GroupingFolder,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="Folder that plan wrote.")],
    postcodes: Postcodes = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Check every rule and every figure of a plan of meetings anew. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415 - see `app`
        from sip_grouping.plan.files import load_plan  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415
        from sip_grouping.verification.plan import verify_plan as verify  # noqa: PLC0415

        loaded, groups = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
        read = load_plan(plan)
        console.warn(loaded.warnings, at_most=_LINES_OF_WARNINGS)
        found = verify(loaded, groups, read)
        if not found.ok:
            raise VerificationError(found.violations)
        score = found.score_thousandths / THOUSANDTHS
        text = pattern(console.language, "plan-told", "valid").format(
            path=plan,
            score=number(console.language, score, 3),
            meetings=counted(console.language, "meeting", len(read.meetings)),
        )
        data = {"ok": True, "score": score, "meetings": len(read.meetings), "violations": []}
        return Answer(ExitCode.DONE, text=text, data=data)

    language = chosen_language(context, lang)
    Console("verify-plan", context.obj, quiet, as_json, debug, language).conclude(job)
