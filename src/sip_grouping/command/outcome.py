"""How a command ends: its exit code, its answer for readers and programs, and what went wrong.

Comes in: the work of a command. Goes out: text on standard output and standard error, and the exit
codes of the file contract. Part of the command line; nothing else of the package uses it.
"""

import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from sip_grouping import __version__
from sip_grouping.catalogue import Language, counted, pattern
from sip_grouping.command.invocation import Invocation
from sip_grouping.command.signals import INTERRUPTED, TERMINATED, StoppedAlreadyError
from sip_grouping.command.stream import give_up, say
from sip_grouping.errors import InputError, VerificationError
from sip_grouping.findings import Finding, finding, grouped_lines

if TYPE_CHECKING:
    from sip_grouping.command.counting import Counted
    from sip_grouping.solve.progress import Observer


class ExitCode(IntEnum):
    """What an exit code of the command means; the file contract fixes them."""

    DONE = 0
    DEFECT = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    NO_GROUPING = 4
    REFUSED = 5
    TOO_FEW_PLACED = 6
    INTERRUPTED = INTERRUPTED
    TERMINATED = TERMINATED


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended: `text` for standard output, `problem` for standard error."""

    exit_code: ExitCode
    text: str = ""
    problem: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Console:
    """What the reader of one command wants to see, and what the process that runs it knows."""

    command: str
    invocation: Invocation
    quiet: bool = False
    as_json: bool = False
    debug: bool = False
    language: Language = "en"
    strict: bool = False

    def note(self, text: str) -> None:
        """Say something on the side."""
        if not self.quiet:
            say(sys.stderr, text)

    def warn(self, warnings: Sequence[Finding], *, at_most: int | None = None) -> None:
        """List warnings, alike ones in one line, or the first lines and how many more there are.

        Raises
        ------
        InputError
            There are some, and each is an error to this reader.
        """
        if self.strict and warnings:
            raise InputError(warnings)
        lines = grouped_lines(warnings, self.language)
        shown = lines if at_most is None else lines[:at_most]
        for line in shown:
            self.note(self.said("warning", line=line))
        if len(shown) < len(lines):
            self.note(counted(self.language, "more kinds of warnings", len(lines) - len(shown)))

    def conclude(self, job: Callable[["Console"], Answer]) -> NoReturn:
        """Do the job, say how it ended, and leave with its exit code."""
        interruption = self.invocation.interruption
        answer = interruption.watch(partial(answer_of, job, self)) or self.stopped()
        try:
            with interruption.answering():
                exit_code = self.show(answer)
        except KeyboardInterrupt:
            exit_code = ExitCode(interruption.exit_code)
        raise typer.Exit(exit_code)

    def show(self, answer: Answer) -> ExitCode:
        """Show an answer and return the exit code, which says so where nobody can read it."""
        shown = answer.text
        if self.as_json:
            try:
                shown = _as_json(self.command, answer)
            except (TypeError, ValueError) as error:
                answer = defect(error, self.language)
                shown = _as_json(self.command, answer)
        if answer.problem:
            say(sys.stderr, answer.problem)
        lost = say(sys.stdout, shown) if shown and (self.as_json or not self.quiet) else None
        return answer.exit_code if lost is None else _unreadable(answer, lost, self.language)

    def progress(self, time_limit: float | None) -> "AbstractContextManager[Observer]":
        """Return an observer that shows a run while its context lasts; a quiet one shows nothing."""
        from sip_grouping.command.progress import progress_on  # noqa: PLC0415 - see `app`

        return progress_on(None if self.quiet else sys.stderr, time_limit=time_limit)

    def counting(self) -> "AbstractContextManager[Counted]":
        """Return what shows how many of something are done; a quiet console shows nothing."""
        from sip_grouping.command.counting import counting_on  # noqa: PLC0415 - see `app`

        return counting_on(None if self.quiet else sys.stderr)

    def ended(self, usual: ExitCode = ExitCode.DONE) -> ExitCode:
        """Return the exit code of a command that wrote all it had to, also where a signal came meanwhile."""
        interruption = self.invocation.interruption
        return ExitCode(interruption.exit_code) if interruption.came else usual

    def stopped(self) -> Answer:
        """Return the answer of a command that a signal ended before anything was written."""
        exit_code = ExitCode(self.invocation.interruption.exit_code)
        return Answer(exit_code, problem=self.said(exit_code.name.lower()))

    def said(self, what: str, **parameters: object) -> str:
        """Return a sentence of the console in the language of its reader."""
        return pattern(self.language, "console", what).format_map(parameters)


def answer_of(job: Callable[[Console], Answer], console: Console) -> Answer:
    """Return what the job answers, or the answer to what it raised."""
    try:
        return job(console)
    except InputError as error:
        # All in one list: who corrects the errors should not meet the warnings one run later.
        told = InputError([*error.findings, *error.warnings]) if console.strict else error
        return bad_input(told, console.language)
    except VerificationError as error:
        return _refused(error, console.language)
    except (KeyboardInterrupt, StoppedAlreadyError):
        return console.stopped()
    except OSError as error:
        refused = finding("file-access", str(error.filename or ""), reason=_reason(error))
        return bad_input(InputError([refused]), console.language)
    # Libraries in other languages raise what is not an Exception; the contract gives every defect its code.
    except BaseException as error:  # noqa: BLE001
        if console.debug:
            traceback.print_exc()
        return defect(error, console.language)


def bad_input(error: InputError, language: Language, *, problem: str | None = None) -> Answer:
    """Return the answer to an input that cannot be used; `problem` in the place of the error's text."""
    return Answer(
        ExitCode.BAD_INPUT,
        problem=error.text_in(language) if problem is None else problem,
        data={"findings": [one.record(language) for one in error.findings]},
    )


def _refused(error: VerificationError, language: Language) -> Answer:
    violations = [one.text_in(language) for one in error.violations]
    return Answer(
        ExitCode.REFUSED, problem=error.text_in(language), data={"violations": violations}
    )


def defect(error: BaseException, language: Language) -> Answer:
    """Return the answer to what should not have happened."""
    # Its text is not shown: it may quote what a member answered.
    package = Path(__file__).parents[1]
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(package)
    ]
    # The same words in every language: they are for those who mend it.
    where = type(error).__name__
    if frames:
        place = Path(frames[-1].filename).relative_to(package).as_posix()
        where += f" in {place}, line {frames[-1].lineno}"
    said = pattern(language, "console", "defect").format(version=__version__, where=where)
    return Answer(ExitCode.DEFECT, problem=said, data={"defect": where})


def _unreadable(answer: Answer, error: OSError, language: Language) -> ExitCode:
    """Say that standard output took no answer; a command that did its work did not end well then."""
    folder = answer.data.get("folder")
    lost = finding(
        "output-not-shown",
        "standard output",
        variant="written" if folder else "",
        reason=_reason(error),
        folder=str(folder),
    )
    say(sys.stderr, *grouped_lines([lost], language))
    return ExitCode.BAD_INPUT if answer.exit_code is ExitCode.DONE else answer.exit_code


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def no_output(error: OSError, language: Language) -> ExitCode:
    """Say that standard output cannot be written, unless its reader has just gone."""
    if give_up(sys.stdout, error) is None:
        return ExitCode.DONE
    return _unreadable(Answer(ExitCode.DONE), error, language)


def _as_json(command: str, answer: Answer) -> str:
    document = {"command": command, "exit_code": int(answer.exit_code), **answer.data}
    # ASCII only, so that no console's encoding can spoil it.
    return json.dumps(document, indent=2, allow_nan=False)
