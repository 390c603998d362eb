"""The subcommands of `round` that look for places, or for people: join, invite.

Comes in: what was typed. Goes out: groups that somebody may join, and what stands against others; people to
invite; see `round_shared`.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.catalogue import number, said
from sip_grouping.command.options import Debug, Json, Lang, Postcodes, Quiet, above_zero
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, Wait, conclude, of_step

if TYPE_CHECKING:
    from sip_grouping.catalogue import Language
    from sip_grouping.grouping import Placement
    from sip_grouping.rounds.join import Choice, Join
    from sip_grouping.rounds.moving import Moving

_CODES = {"infeasible": ExitCode.INFEASIBLE, "unknown": ExitCode.NO_GROUPING}
_LEAST_SECONDS = 0.01


def join(
    context: typer.Context,
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="Id of the member.")],
    store: StoreFile,
    best: Annotated[
        int, typer.Option("--best", metavar="K", min=1, help="How many groups to tell.")
    ] = 5,
    moves: Annotated[
        bool, typer.Option("--moves", help="Also the best groups if others may move.")
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="S", callback=above_zero, help="With --moves: stop after S seconds."),
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(metavar="N", callback=above_zero, help="With --moves: N units of work."),
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say which groups a member may join as they stand; with --moves, if others may move. Writes nothing."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415 - see `app`

        with Rounds.open(store, write=False) as rounds:
            found = rounds.join(member, best)
            lines = _lines(found, console.language)
            data, code = found.record(console.language), ExitCode.DONE
            if moves:
                context.obj.interruption.finish_now()
                left = None if time_limit is None else time_limit - context.obj.seconds
                moved = rounds.join_with_moves(
                    member,
                    time_limit=None if left is None else max(left, _LEAST_SECONDS),
                    work_limit=work_limit,
                    cancel=context.obj.interruption.cancel,
                )
                lines += _lines_of_moves(moved, console.language)
                data["moves"] = moved.record()
                code = console.ended(_CODES.get(moved.placing.status.value, ExitCode.DONE))
        return Answer(code, text="\n".join(lines), data=data)

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
    postcodes: Postcodes = None,
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
            _, warnings = rounds.invite(
                file, out, language=console.language, postcodes=postcodes, **limits
            )
            console.warn(warnings)
            done = of_step(console, rounds, "invite", warnings)
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


def _lines_of_moves(moved: "Moving", language: "Language") -> list[str]:
    status = moved.placing.status.value
    if moved.grouping is None:
        return [said(language, "joining", f"moves-{status}")]
    others = {one.member_id for one in moved.moves} - {moved.member_id}
    nowhere = said(language, "joining", "no-group")
    lines = [
        said(
            language, "joining", "moves",
            status=said(language, "status", status),
            score=number(language, moved.grouping.score, 1),
            now=number(language, moved.now_thousandths / 1000, 1),
            count=len(others),
        )
    ]  # fmt: skip
    for one in moved.moves:
        old, new = (_seat(side, language) or nowhere for side in (one.a, one.b))
        told = said(language, "joining", "move", member=one.member_id, old=old, new=new)
        lines.append(f"  {told}")
    return lines


def _seat(one: "Placement | None", language: "Language") -> str:
    """Return a group, with the role in it where there is one."""
    from sip_grouping.edition.records import Role  # noqa: PLC0415 - see `app`
    from sip_grouping.report.words import role_text  # noqa: PLC0415

    if one is None:
        return ""
    role = "" if one.role is Role.MEMBER else f" ({role_text(one.role, language)})"
    return one.group_id + role


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
