"""The subcommands of `round` that look for places, or for people: join, invite.

Comes in: what was typed. Goes out: groups that somebody may join, and what stands against others; people to
invite; see `round_shared`.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.catalogue import number, said
from sip_grouping.command.options import Debug, Json, Lang, Quiet
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, Wait, conclude, of_step

if TYPE_CHECKING:
    from sip_grouping.catalogue import Language
    from sip_grouping.rounds.join import Choice, Join


def join(
    context: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Id of the member.")],
    store: StoreFile,
    best: Annotated[
        int, typer.Option("--best", metavar="K", min=1, help="How many groups to tell.")
    ] = 5,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say which groups a member may join as they stand, nobody else moving. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415 - see `app`

        with Rounds.open(store, write=False) as rounds:
            found = rounds.join(member, best)
        return Answer(
            ExitCode.DONE,
            text="\n".join(_lines(found, console.language)),
            data=found.record(console.language),
        )

    conclude(context, "join", job, (quiet, as_json, lang, debug))


def invite(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A wider list: columns of members.csv.")
    ],
    store: StoreFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for invitations.csv.")],
    per_person: Annotated[
        int, typer.Option(metavar="N", min=1, help="Groups that one person is invited to.")
    ] = 2,
    per_seat: Annotated[
        int, typer.Option(metavar="N", min=1, help="People invited for each free seat.")
    ] = 3,
    wait: Wait = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Invite cooperators of a wider list to groups with room, and record whom."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415 - see `app`

        with Rounds.open(store, wait=wait) as rounds:
            context.obj.interruption.finish_now()
            limits = {"per_person": per_person, "per_seat": per_seat}
            _, warnings = rounds.invite(file, out, language=console.language, **limits)
            console.warn(warnings)
            done = of_step(console, rounds, "invite")
        return replace(done, data={**done.data, "folder": str(out)})

    conclude(context, "invite", job, (quiet, as_json, lang, debug))


def _lines(found: "Join", language: "Language") -> list[str]:
    lines = [
        said(language, "joining", "now", group=one.group_id, told=_told(one, language))
        for one in found.present
    ] or [said(language, "joining", "nowhere")]
    lines.append(said(language, "joining", "possible" if found.possible else "none"))
    lines += [f"  {one.group_id}: {_told(one, language)}" for one in found.possible]
    if found.next:
        lines.append(said(language, "joining", "next"))
    for one in found.next:
        lines.append(f"  {one.group_id}: {_where(one, language)}")
        lines += [f"    {why.told_in(language)} [{why.rule}]" for why in one.against]
    return lines


def _told(one: "Choice", language: "Language") -> str:
    """Return a group in a line: points, where, how far, how large, in which role."""
    from sip_grouping.edition.records import Role  # noqa: PLC0415 - see `app`
    from sip_grouping.report.words import role_text  # noqa: PLC0415

    parts = [] if one.points is None else [_points("gain", language, points=one.points)]
    if one.leaves and one.change is not None:
        parts.append(_points("change", language, change=one.change))
        parts.append(said(language, "joining", "leaves", groups=one.leaves))
    parts.append(_where(one, language))
    parts.append(said(language, "joining", "size", size=one.size))
    if one.role is not None and one.role is not Role.MEMBER:
        parts.append(role_text(one.role, language))
    return ", ".join(parts)


def _where(one: "Choice", language: "Language") -> str:
    from sip_grouping.report.words import distance_text, track_text  # noqa: PLC0415 - see `app`

    if one.travel_m is None:
        return f"{one.theme}, {track_text(one.track, language)}"
    return f"{one.theme}, {one.place_name or one.place}, {distance_text(one.travel_m, language)}"


def _points(part: str, language: "Language", **thousandths: int) -> str:
    told = {
        name: f"{'+' if name == 'change' and value > 0 else ''}{number(language, value / 1000, 1)}"
        for name, value in thousandths.items()
    }
    return said(language, "joining", part, **told)
