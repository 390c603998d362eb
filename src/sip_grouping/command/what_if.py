"""The command `sip-grouping what-if`: an edition with named changes, what it brings and for whom.

Comes in: an edition, changes as they are typed. Goes out: both verdicts and the differences, on standard
output. Writes nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from sip_grouping.command.invocation import Invocation
from sip_grouping.command.language import chosen_language
from sip_grouping.command.options import (
    Debug,
    EditionFolder,
    Gap,
    Json,
    Lang,
    Postcodes,
    Profile,
    Quiet,
    Seed,
    Strict,
    TimeLimit,
    Workers,
    WorkLimit,
)
from sip_grouping.command.outcome import Answer, Console, ExitCode

_LINES_OF_WARNINGS = 10

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="A key of edition.toml, such as rules.travel_km=40."
    ),
]
MemberCell = Annotated[
    list[str] | None,
    typer.Option(
        "--member", metavar="ID.COLUMN=VALUE", help="A cell of members.csv: m012.secretary=yes."
    ),
]
OfficeCell = Annotated[
    list[str] | None,
    typer.Option(
        "--office", metavar="ID.COLUMN=VALUE", help="A cell of offices.csv: liege.rooms=2."
    ),
]
Volunteer = Annotated[
    list[str] | None,
    typer.Option(
        "--add-volunteer",
        metavar="ROLE:PLACE[:THEME]",
        help="One more member: moderator:FR-69003, secretary:liege:support; ranks all open themes,"
        " or the one that is named.",
    ),
]


def what_if(
    context: typer.Context,
    edition: EditionFolder,
    set_: Set = None,
    member: MemberCell = None,
    office: OfficeCell = None,
    add_volunteer: Volunteer = None,
    changes: Annotated[
        Path | None,
        typer.Option(
            "--changes", metavar="FILE.json", help="A list of changes as `--json` shows them."
        ),
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            metavar="GROUPING",
            help="Folder of the groups of the edition as it is; left out: they are formed.",
        ),
    ] = None,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    workers: Workers = 1,
    gap: Gap = 0.0,
    profile: Profile = None,
    postcodes: Postcodes = None,
    strict: Strict = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Ask what changes of an edition would bring, and for whom. Writes nothing."""
    invocation: Invocation = context.obj

    def job(console: Console) -> Answer:
        from sip_grouping.command.record import finding_records  # noqa: PLC0415 - see `app`
        from sip_grouping.errors import InputError  # noqa: PLC0415
        from sip_grouping.explain import typed_changes  # noqa: PLC0415
        from sip_grouping.explain import what_if as asked  # noqa: PLC0415
        from sip_grouping.explain.scenarios import read_changes  # noqa: PLC0415
        from sip_grouping.findings import finding  # noqa: PLC0415
        from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415
        from sip_grouping.reading import load_edition  # noqa: PLC0415

        loaded = load_edition(edition, postcodes=postcodes)
        listed = () if changes is None else read_changes(changes)
        made = typed_changes(
            loaded,
            keys=set_ or (),
            members=member or (),
            offices=office or (),
            volunteers=add_volunteer or (),
        )
        if not (listed or made):
            raise InputError([finding("no-change", "command line")])
        known = None if before is None else load_grouping(before)
        invocation.interruption.finish_now()
        left = invocation.seconds_left(time_limit)
        with console.progress(left) as observer:
            told = asked(
                loaded,
                [*listed, *made],
                before=known,
                time_limit=left,
                work_limit=work_limit,
                gap=gap,
                seed=seed,
                profile=profile,
                workers=workers,
                postcodes=postcodes,
                observer=observer,
                cancel=invocation.interruption.cancel,
            )
        console.warn(told.warnings, at_most=_LINES_OF_WARNINGS)
        data = {
            "edition": loaded.name,
            **told.record(),
            "warnings": [*finding_records(told.warnings, console.language)],
        }
        return answer_of_status(
            told.after.status.value, told.summary(console.language), data, console
        )

    language = chosen_language(context, lang)
    Console("what-if", invocation, quiet, as_json, debug, language, strict).conclude(job)


def answer_of_status(
    status: str, text: str, data: Mapping[str, object], console: Console
) -> Answer:
    """Return the answer to a question about one edition: also where it has no groups."""
    if status == "infeasible":
        return Answer(console.ended(ExitCode.INFEASIBLE), problem=text, data=data)
    if status == "unknown":
        return Answer(console.ended(ExitCode.NO_GROUPING), problem=text, data=data)
    return Answer(console.ended(), text=text, data=data)
