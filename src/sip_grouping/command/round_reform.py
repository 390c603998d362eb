"""`sip-grouping round reform`: the groups of a running edition are formed again with the least disruption.

Comes in: what was typed. Goes out: a step in the store, and what changed; or what stands in the way, with
nothing recorded; see `round_shared`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sip_grouping.catalogue import Language, number, said
from sip_grouping.command.options import Debug, Json, Lang, Quiet, Seed, above_zero, from_zero
from sip_grouping.command.outcome import Answer, Console, ExitCode
from sip_grouping.command.round_shared import StoreFile, Wait, conclude, of_step, percent

if TYPE_CHECKING:
    from pydantic import JsonValue

    from sip_grouping.grouping.changes import Change
    from sip_grouping.rounds.reform import Reform
    from sip_grouping.rounds.shortfalls import Shortfall
    from sip_grouping.solve.promises import InTheWay

_THOUSANDTHS = 1000


def reform(
    context: typer.Context,
    store: StoreFile,
    max_moves: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Most members who change group or theme or are left out without having asked.",
        ),
    ] = None,
    relax: Annotated[
        bool,
        typer.Option(
            "--relax", help="Change the accepted places of least price where not all can stay."
        ),
    ] = False,
    time_limit: Annotated[
        float | None, typer.Option(metavar="S", callback=above_zero, help="Stop after S seconds.")
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(metavar="N", callback=above_zero, help="Stop after N units of work."),
    ] = None,
    options: Annotated[
        bool,
        typer.Option(
            "--options/--no-options", help="Count what could be done with groups that fell short."
        ),
    ] = True,
    gap: Annotated[
        float, typer.Option(metavar="G", callback=from_zero, help="Stop at this relative gap.")
    ] = 0.0,
    seed: Seed = 0,
    wait: Wait = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Form the groups again with the least disruption; accepted places stay."""

    def job(console: Console) -> Answer:
        from sip_grouping.rounds import Rounds  # noqa: PLC0415 - see `app`

        with Rounds.open(store, wait=wait) as rounds:
            interruption = console.invocation.interruption
            interruption.finish_now()
            with console.progress(time_limit) as observer:
                made = rounds.reform(
                    max_moves=max_moves, time_limit=time_limit, work_limit=work_limit, gap=gap,
                    seed=seed, relax=relax, options=options, observer=observer, cancel=interruption.cancel,
                )  # fmt: skip
            if made.again.grouping is None:
                return _nothing(console, made, max_moves, rounds.shortfalls())
            recorded = of_step(console, rounds, "reform")
            return Answer(
                recorded.exit_code,
                text="\n".join([*_told(made, console.language), recorded.text]),
                data={**recorded.data, **_record(made)},
            )

    conclude(context, "reform", job, (quiet, as_json, lang, debug))


def _nothing(
    console: Console, made: "Reform", max_moves: int | None, short: "tuple[Shortfall, ...]"
) -> Answer:
    """Return the answer where nothing was recorded: what stands in the way, or that it is not known."""
    again, language = made.again, console.language
    if made.in_the_way is not None and made.in_the_way.members:
        lines = list(_in_the_way_told(made.in_the_way, short, language))
        return Answer(ExitCode.INFEASIBLE, problem="\n".join(lines), data=_record(made))
    if again.fewest_moves is not None:
        told = said(
            language, "reform", "fewest-moves", most=max_moves or 0, fewest=again.fewest_moves
        )
        return Answer(ExitCode.INFEASIBLE, problem=told, data=_record(made))
    if again.result.status.value == "infeasible":
        # Where nothing was accepted nothing is left to give up.
        part = "not-kept" if made.promised else "impossible"
        told = said(language, "reform", part)
        return Answer(ExitCode.INFEASIBLE, problem=told, data=_record(made))
    return Answer(
        console.ended(ExitCode.NO_GROUPING),
        problem=said(language, "reform", "not-found"),
        data=_record(made),
    )


def _told(made: "Reform", language: Language) -> Iterator[str]:
    again = made.again
    grouping, value, bound, gap = again.grouping, again.value, again.bound, again.gap
    if grouping is None or value is None:
        return
    yield said(
        language, "reform", "text",
        groups=len(grouping.group_records), placed=len(grouping.placements),
        score=number(language, grouping.score, 3), disruption=_points(again.disruption, language),
        value=_points(value, language),
    )  # fmt: skip
    if bound == value:
        yield said(language, "reform", "proven")
    elif bound is not None:
        told = "?" if gap is None else percent(language, gap)
        yield said(language, "reform", "bounded", bound=_points(bound, language), gap=told)
    for one in made.options:
        if one.rank == 1:
            yield "  " + said(
                language, "reform", "option",
                group=one.group_id, way=said(language, "reform", f"way-{one.way.name.lower()}"),
                placed=one.placed, moved=one.moved, value=_points(one.score - one.disruption, language),
            )  # fmt: skip
    if made.uncounted:
        yield said(language, "reform", "uncounted", groups=made.uncounted)
    open_again = frozenset() if made.relaxed is None else made.relaxed.members
    changed = open_again & (made.given_up | {one.member_id for one in again.changes})
    yield said(language, "reform", "moved", moved=len(again.moved), relaxed=len(changed))
    yield from _promises_told(changed, again.changes, language)
    if open_again > changed:
        members = ", ".join(sorted(open_again - changed))
        yield said(language, "reform", "asked-again", members=members)


def _in_the_way_told(
    broken: "InTheWay", short: "tuple[Shortfall, ...]", language: Language
) -> Iterator[str]:
    """Yield which accepted places change, what for, and how to go on."""
    part = "in-the-way" if broken.proven else "in-the-way-unproven"
    yield said(
        language,
        "reform",
        part,
        points=_points(broken.thousandths, language),
        count=len(broken.members),
    )
    groups = {one.from_group for one in broken.changes}
    yield from _promises_told(broken.members, broken.changes, language)
    for one in short:
        if one.group_id in groups:
            yield "  " + said(
                language, "reform", "short",
                group=one.group_id, lacks=", ".join(_lacks(one, language)),
            )  # fmt: skip
    yield said(language, "reform", "go-on")


def _promises_told(
    members: Collection[str], changes: "Sequence[Change]", language: Language
) -> Iterator[str]:
    """Yield a line for each accepted place that changes: whose, where, for what, at which price."""
    for member_id in sorted(members):
        mine = [one for one in changes if one.member_id == member_id]
        kinds = [said(language, "reform", f"kind-{one.kind.value}") for one in mine]
        kinds = kinds or [said(language, "reform", "kind-other")]
        yield "  " + said(
            language, "reform", "promise",
            member=member_id, group=mine[0].from_group if mine else "",
            kinds=", ".join(kinds), points=_points(sum(one.thousandths for one in mine), language),
        )  # fmt: skip


def _lacks(short: "Shortfall", language: Language) -> Iterator[str]:
    if short.members < short.least:
        yield said(language, "reform", "lack-members", count=short.members, least=short.least)
    for role in short.lacking:
        yield said(language, "reform", f"lack-{role.value}")


def _record(made: "Reform") -> "dict[str, JsonValue]":
    """Return what became of it, for programs; points as they are, not thousandths."""
    again = made.again
    broken = made.relaxed or made.in_the_way
    grouping = again.grouping
    return {
        "status": again.result.status.value,
        "score": None if grouping is None else grouping.score,
        "disruption": None if grouping is None else again.disruption / _THOUSANDTHS,
        "value": None if again.value is None else again.value / _THOUSANDTHS,
        "bound": None if again.bound is None else again.bound / _THOUSANDTHS,
        "gap": again.gap,
        "placed": None if grouping is None else len(grouping.placements),
        "moved": [*sorted(again.moved)],
        "fewest_moves": again.fewest_moves,
        "relaxed": made.relaxed is not None,
        "given_up": [*sorted(made.given_up)],
        "options": [
            {
                "group_id": one.group_id, "rank": one.rank, "option": one.way.value,
                "members_moved": one.moved, "placed": one.placed,
                "score": one.score / _THOUSANDTHS, "disruption": one.disruption / _THOUSANDTHS,
            }
            for one in made.options
        ],
        "uncounted": made.uncounted,
        "in_the_way": None
        if broken is None
        else {
            "members": [*sorted(broken.members)],
            "points": broken.thousandths / _THOUSANDTHS,
            "proven": broken.proven,
            "changes": [
                {
                    "member_id": one.member_id, "kind": one.kind.value,
                    "from_group": one.from_group, "to_group": one.to_group,
                    "points": one.thousandths / _THOUSANDTHS,
                }
                for one in broken.changes
            ],
        },
    }  # fmt: skip


def _points(thousandths: int, language: Language) -> str:
    return number(language, thousandths / _THOUSANDTHS, 3)
