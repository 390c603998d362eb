"""`sip-grouping round`: an edition that lives on in its store. The subcommands, in the order of `--help`.

Comes in: nothing. Goes out: `round_`, which `app` takes in.
"""

import typer

from sip_grouping.command.round_frontier import frontier
from sip_grouping.command.round_look import backup, export, history, status, verify
from sip_grouping.command.round_places import invite, join
from sip_grouping.command.round_reform import reform
from sip_grouping.command.round_steps import answer, forget, members, propose, start

round_ = typer.Typer(
    name="round",
    help="Propose groups, record answers, keep everything in one store.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for command in (
    start,
    propose,
    answer,
    members,
    reform,
    frontier,
    forget,
    join,
    invite,
    status,
    history,
    verify,
    export,
    backup,
):
    round_.command()(command)
