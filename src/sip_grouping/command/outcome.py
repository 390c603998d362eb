"""How a command ends: its exit code, its answer for readers and programs, and what went wrong.

Comes in: the work of a command. Goes out: text on standard output and standard error, and the exit
codes of the file contract. Part of the command line; nothing else of the package uses it.
"""

import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

import typer

from sip_grouping import __version__
from sip_grouping.command.stream import say
from sip_grouping.errors import Finding, InputError, VerificationError


class ExitCode(IntEnum):
    """What an exit code of the command means; the file contract fixes them."""

    DONE = 0
    DEFECT = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    NO_GROUPING = 4
    REFUSED = 5
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended: `text` for standard output, `problem` for standard error."""

    exit_code: ExitCode
    text: str = ""
    problem: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Console:
    """What the reader of one command wants to see."""

    command: str
    quiet: bool
    as_json: bool
    debug: bool

    def note(self, text: str) -> None:
        """Say something on the side."""
        if not self.quiet:
            say(sys.stderr, text)

    def warn(self, warnings: Sequence[Finding], *, at_most: int | None = None) -> None:
        """List warnings, or the first of them and how many there are."""
        shown = warnings if at_most is None else warnings[:at_most]
        for finding in shown:
            self.note(f"warning: {finding}")
        if len(shown) < len(warnings):
            self.note(
                f"and {len(warnings) - len(shown)} more warnings; `sip-grouping check` lists all"
            )

    def conclude(self, job: Callable[["Console"], Answer]) -> NoReturn:
        """Do the job, say how it ended, and leave with its exit code."""
        answer = _answer_of(job, self)
        if answer.problem:
            say(sys.stderr, answer.problem)
        if self.as_json:
            say_json(self.command, answer)
        elif answer.text and not self.quiet:
            say(sys.stdout, answer.text)
        raise typer.Exit(answer.exit_code)


def _answer_of(job: Callable[[Console], Answer], console: Console) -> Answer:
    try:
        return job(console)
    except InputError as error:
        return _bad_input(error.full_text, error.findings)
    except VerificationError as error:
        return _refused(error.full_text, error.violations)
    except KeyboardInterrupt:
        # Writing is not disturbed by Ctrl-C, so this is before it.
        return Answer(ExitCode.INTERRUPTED, problem="Interrupted. Nothing was written.")
    except OSError as error:
        finding = Finding(
            code="file-access",
            message=f"cannot be read or written: {error.strerror or type(error).__name__}",
            remedy="check that it exists, that you may use it and that the disk has room",
            file=str(error.filename or ""),
        )
        return _bad_input(str(InputError([finding])), [finding])
    except Exception as error:  # noqa: BLE001 - the contract gives defects an exit code of their own
        if console.debug:
            traceback.print_exc()
        return _defect(error)


def _bad_input(problem: str, findings: Sequence[Finding]) -> Answer:
    from sip_grouping.command.record import finding_records  # noqa: PLC0415

    return Answer(ExitCode.BAD_INPUT, problem=problem, data={"findings": finding_records(findings)})


def _refused(problem: str, violations: Sequence[object]) -> Answer:
    return Answer(
        ExitCode.REFUSED, problem=problem, data={"violations": [str(one) for one in violations]}
    )


def _defect(error: Exception) -> Answer:
    # Its text is not shown: it may quote what a member answered.
    package = Path(__file__).parents[1]
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(package)
    ]
    where = ""
    if frames:
        place = Path(frames[-1].filename).relative_to(package).as_posix()
        where = f" in {place}, line {frames[-1].lineno}"
    kind = type(error).__name__
    return Answer(
        ExitCode.DEFECT,
        problem=f"A defect of sip-grouping {__version__}: {kind}{where}. Please report this line and"
        " the command to the maintainers (see CONTRIBUTING.md). --debug shows the traceback, which"
        " may quote answers of members: read it before you share it.",
        data={"defect": f"{kind}{where}"},
    )


def say_json(command: str, answer: Answer) -> None:
    """Write an answer to standard output as one JSON object."""
    document = {"command": command, "exit_code": int(answer.exit_code), **answer.data}
    # ASCII only, so that no console's encoding can spoil it.
    say(sys.stdout, json.dumps(document, indent=2, allow_nan=False))
