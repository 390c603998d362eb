"""Mistakes on the command line: which option, which value, what to do about it.

Comes in: an error of the library that reads the command line, and the arguments. Goes out: an answer with
one finding, whose column is the option.
"""

import re
from collections.abc import Sequence
from typing import Any

import typer

from sip_grouping.catalogue import Language
from sip_grouping.command.outcome import Answer, bad_input
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding, grouped_lines

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What every error of that library derives from; it goes by different names in different versions."""


def usage_answer(
    error: Exception, arguments: Sequence[str], language: Language
) -> tuple[str, Answer]:
    """Return the command that was meant, or nothing, and the answer to the mistake."""
    # Its errors share no type that says which of these attributes they have.
    found: Any = error
    context = found.ctx
    command = _command_of(context)
    usage = "Usage: sip-grouping --help" if context is None else context.get_usage()
    wrong = _finding(found, arguments, command)
    problem = "\n".join([usage, *grouped_lines([wrong], language)])
    return command, bad_input(InputError([wrong]), language, problem=problem)


def _command_of(context: Any) -> str:
    """Return the command with the ones above it, such as ``round status``; nothing for the program."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(names)


def _finding(error: Any, arguments: Sequence[str], command: str) -> Finding:
    names = _names(error)
    # After an option that does not exist, anything may stand.
    value = _value(names, arguments, only_joined=hasattr(error, "possibilities"))
    # "Invalid value for '--gap': ..." would say the option twice.
    plain = isinstance(error, typer.BadParameter) and value is not None
    message = str(error.message if plain else error.format_message()).rstrip(".")
    if not names and (word := _QUOTED.search(message)):
        value = word[1] or word[2]
    call = " ".join(filter(None, ("sip-grouping", command, "--help")))
    column = names[0] if names else None
    return finding("usage", "command line", None, column, value, reason=message, call=call)


_QUOTED = re.compile(r"argument(?:\(s\)|s)? \((.*)\)$|command '(.*)'$")
"""What is surplus, or no command; the library says it in the sentence alone."""


def _names(error: Any) -> list[str]:
    """Return the names of the option that is wrong, the one of the documentation first."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        name = getattr(error, "option_name", None)
        return [name] if name else []
    if parameter.param_type_name == "argument":
        return [str(parameter.metavar or parameter.name).upper()]
    return [str(name) for name in parameter.opts]


def _value(names: Sequence[str], arguments: Sequence[str], *, only_joined: bool) -> str | None:
    """Return what an option was given, the last time."""
    found = None
    for number, argument in enumerate(arguments):
        name, equals, after = argument.partition("=")
        if name in names and equals:
            found = after
        elif argument in names and not only_joined and number + 1 < len(arguments):
            found = arguments[number + 1]
    return found
