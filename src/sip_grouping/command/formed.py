"""What `form` comes to: the files of the grouping, the exit code and the answer.

Comes in: a `Result`, what was asked, and whether a signal came. Goes out: the folder, and an `Answer`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from sip_grouping.catalogue import Language, pattern, said
from sip_grouping.command.outcome import Answer, ExitCode
from sip_grouping.command.record import finding_records, result_record
from sip_grouping.command.shortfall import shortfall_of
from sip_grouping.command.signals import Interruption
from sip_grouping.edition import Edition
from sip_grouping.findings import grouped_lines
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.files import save
from sip_grouping.report.summary import result_summary
from sip_grouping.solve.result import Result, StopReason

_COMPLETE = {StopReason.OPTIMAL, StopReason.GAP, StopReason.INFEASIBLE}
"""The run did all it was asked for; a signal that comes later takes nothing from it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked of the output.

    Attributes
    ----------
    fail_under
        Per cent of those who take part; None: at least one member must be placed.
    settings
        What stands in the grouping's settings as it was asked, not as it was left for the engine.
    """

    out: Path
    force: bool
    fail_under: float | None
    settings: Mapping[str, JsonValue]


def seconds_for_files(members: int) -> float:
    """Return what is kept of a time limit for writing: three times what a quiet disk needs."""
    return 0.1 + members / 30_000


def no_time_left(edition: Edition, seconds: float) -> Result:
    """Return the result of a run whose time was over before the engine could begin."""
    return Result(
        edition=edition,
        status=Status.UNKNOWN,
        grouping=None,
        bound_thousandths=None,
        stop_reason=StopReason.TIME_LIMIT,
        trace=(),
        conflict=None,
        seconds=seconds,
        work=0.0,
    )


def formed(result: Result, asked: Asked, interruption: Interruption, language: Language) -> Answer:
    """Write the grouping, if there is one, and say what the run came to."""
    data = result_record(result, language)
    text = result_summary(result, language)
    if result.grouping is None:
        exit_code = _exit_code(result, interruption, ExitCode.NO_GROUPING)
        return Answer(
            exit_code,
            problem=f"{text}\n{pattern(language, 'console', 'nothing-written')}",
            data=data,
        )
    grouping = _as_asked(result.grouping, asked.settings)
    save(grouping, asked.out, force=asked.force, run=result.run_record())
    shortfall = shortfall_of(result.edition, grouping, asked.fail_under)
    usual = ExitCode.DONE if shortfall is None else ExitCode.TOO_FEW_PLACED
    files = sorted(path.name for path in asked.out.iterdir())
    written = said(language, "console", "files", folder=str(asked.out), files=", ".join(files))
    data |= {"folder": str(asked.out), "files": [*files]}
    if shortfall is not None:
        data["findings"] = [*finding_records([shortfall], language)]
    return Answer(
        _exit_code(result, interruption, usual),
        text=f"{text}\n{written}",
        problem="" if shortfall is None else "\n".join(grouped_lines([shortfall], language)),
        data=data,
    )


def _exit_code(result: Result, interruption: Interruption, usual: ExitCode) -> ExitCode:
    if result.stop_reason is StopReason.INTERRUPTED:
        return ExitCode(interruption.exit_code)
    if interruption.came and result.stop_reason not in _COMPLETE:
        return ExitCode(interruption.exit_code)
    return ExitCode.INFEASIBLE if result.status is Status.INFEASIBLE else usual


def _as_asked(grouping: Grouping, settings: Mapping[str, JsonValue]) -> Grouping:
    """Return the grouping with the settings of the command line: they must not differ from run to run."""
    return grouping.model_copy(update={"settings": {**grouping.settings, **settings}})
