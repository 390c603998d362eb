"""The readable summary of a run: what was formed, how good it is proven to be, who is left out and why.

Comes in: an edition and a `Result` or `Grouping` of it. Goes out: lines of text, at most about 100
characters wide, the same on a terminal and in a file. Ids only: no names and no e-mail addresses.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.edition.values import TOWN_ID
from sip_grouping.grouping import (
    REASON_SENTENCES,
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Placement,
    Reason,
    Status,
)
from sip_grouping.solve.result import Result, StopReason
from sip_grouping.text import aligned

_IDS_SHOWN = 6
_RANK_WORDS = {1: "first choice", 2: "second choice", 3: "third choice"}
_STOPPED: Mapping[StopReason, str] = {
    StopReason.OPTIMAL: "the proof was complete",
    StopReason.GAP: "the gap asked for was reached",
    StopReason.INFEASIBLE: "no grouping is possible",
    StopReason.TIME_LIMIT: "the time limit was reached",
    StopReason.WORK_LIMIT: "the work limit was reached",
    StopReason.INTERRUPTED: "it was interrupted",
}


def result_summary(result: Result) -> str:
    """Return what a run found, or why it found nothing, as lines of text."""
    stopped = f"Stopped after {result.seconds:.1f} s: {_STOPPED[result.stop_reason]}."
    if result.grouping is not None:
        return f"{grouping_summary(result.edition, result.grouping)}\n\n{stopped}"
    if result.conflict is not None:
        return f"No valid grouping of {result.edition.name} exists.\n{result.conflict}"
    known = "" if result.bound is None else f" None can score above {_points(result.bound)} points."
    return f"No grouping of {result.edition.name} was found.{known}\n{stopped}"


def grouping_summary(edition: Edition, grouping: Grouping) -> str:
    """Return the groups, ranks, travel and members left out of a grouping, as lines of text.

    Parameters
    ----------
    edition, grouping
        They belong together; a grouping that names other members or themes is not for this.
    """
    blocks = [
        _headline(edition, grouping),
        _verdict(grouping),
        _group_table(edition, grouping),
        _ranks(grouping),
        _travel(edition, grouping),
        _left_out(grouping),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _headline(edition: Edition, grouping: Grouping) -> list[str]:
    placed = len({one.member_id for one in grouping.placements})
    eligible = sum(member.eligible for member in edition.members)
    return [
        f"{edition.name}: {_count(len(grouping.group_records), 'group')}, {placed} of"
        f" {_count(eligible, 'member')} who take part placed"
    ]


def _verdict(grouping: Grouping) -> list[str]:
    if grouping.status is Status.OPTIMAL:
        verdict = "Proven optimal: no valid grouping has a higher score."
    elif grouping.gap is not None:
        # Rounded up: what is claimed must hold.
        thousandths = math.ceil(grouping.gap * 100_000)
        verdict = f"Proven to be within {thousandths / 1000:.3f} % of the best possible score."
    else:
        verdict = "How far it is from the best possible score is not known."
    bound = "" if grouping.bound is None else f", bound {_points(grouping.bound)}"
    terms = grouping.score_terms
    return [
        verdict,
        f"Score {_points(grouping.score)}{bound}: ranks {_points(terms.rank / 1000)}, travel"
        f" -{_points(terms.travel / 1000)}, video -{_points(terms.video / 1000)}, groups"
        f" -{_points(terms.groups / 1000)}",
    ]


def _group_table(edition: Edition, grouping: Grouping) -> list[str]:
    kinds: dict[tuple[int, str, str], list[Group]] = defaultdict(list)
    order = {theme.id: number for number, theme in enumerate(edition.themes)}
    for group in grouping.group_records:
        key = (order[group.theme], group.track.value, _countries(edition, grouping, group))
        kinds[key].append(group)
    rows = [("Theme", "Track", "Country", "Groups", "Members", "Sizes")]
    for (number, track, country), groups in sorted(kinds.items()):
        sizes = [group.size for group in groups]
        smallest, largest = min(sizes), max(sizes)
        rows.append(
            (
                edition.themes[number].title_in("en"),
                track,
                country,
                str(len(groups)),
                str(sum(sizes)),
                str(smallest) if smallest == largest else f"{smallest} to {largest}",
            )
        )
    rows += [
        (theme.title_in("en"), "none", "", "0", "0", "")
        for number, theme in enumerate(edition.themes)
        if all(number != kind for kind, _, _ in kinds)
    ]
    return aligned(rows, right=(3, 4))


def _countries(edition: Edition, grouping: Grouping, group: Group) -> str:
    """Return the country of a local group's place, or the countries of a video group's members."""
    if group.track is Track.LOCAL:
        office = edition.office_by_id.get(group.place)
        if office is not None:
            return office.country
        town = TOWN_ID.match(group.place)
        return town.group(1) if town else ""
    inside = grouping.placements_by_group.get(group.group_id, ())
    return "+".join(sorted({edition.member_by_id[one.member_id].country for one in inside}))


def _ranks(grouping: Grouping) -> list[str]:
    if not grouping.placements:
        return []
    total = len(grouping.placements)
    counts = Counter(one.rank for one in grouping.placements)
    parts = [
        f"{_RANK_WORDS.get(rank, f'choice {rank}')} {count} ({count / total:.0%})"
        for rank, count in sorted(counts.items())
    ]
    return ["Ranks obtained: " + ", ".join(parts)]


def _travel(edition: Edition, grouping: Grouping) -> list[str]:
    local = [one for one in grouping.placements if one.track is Track.LOCAL]
    video = [one for one in grouping.placements if one.track is Track.VIDEO]
    lines = []
    if local:
        lines.append(f"In person: {_count(len(local), 'member')}; {_distances(local)}")
    if video:
        would_travel = sum(edition.member_by_id[one.member_id].local for one in video)
        lines.append(
            f"By video: {_count(len(video), 'member')}, of whom {would_travel} accept local groups too"
        )
    return lines


def _distances(local: Sequence[Placement]) -> str:
    metres = sorted(one.travel_m or 0 for one in local)
    nine_in_ten = metres[-(-9 * len(metres) // 10) - 1]
    return (
        f"home to meeting place {sum(metres) / len(metres) / 1000:.1f} km on average, nine in ten"
        f" within {nine_in_ten / 1000:.1f} km, at most {metres[-1] / 1000:.1f} km"
    )


def _left_out(grouping: Grouping) -> list[str]:
    lines = []
    for status, heading in (
        (LeftOutStatus.UNPLACED, "Without a group"),
        (LeftOutStatus.INELIGIBLE, "Taking no part"),
    ):
        without = [one for one in grouping.left_out if one.status is status]
        if without:
            lines += [f"{heading}: {_count(len(without), 'member')}", *_by_reason(without)]
    return lines or ["Every member has a group."]


def _by_reason(without: Iterable[LeftOut]) -> list[str]:
    ids: dict[Reason, list[str]] = defaultdict(list)
    for one in without:
        ids[one.reason].append(one.member_id)
    order = list(Reason)
    rows = []
    for reason, members in sorted(ids.items(), key=lambda item: order.index(item[0])):
        shown = ", ".join(members[:_IDS_SHOWN])
        more = len(members) - _IDS_SHOWN
        rows.append(f"  {len(members):>4}  {REASON_SENTENCES[reason]}")
        rows.append(f"        {shown}{f' and {more} more' if more > 0 else ''}")
    return rows


def edition_summary(edition: Edition) -> str:
    """Return what an edition holds, as lines of text: members, volunteers, themes and their rules."""
    eligible = [member for member in edition.members if member.eligible]
    countries = Counter(member.country for member in edition.members)
    lived_in = ", ".join(f"{country} {count}" for country, count in sorted(countries.items()))
    lines = [
        f"{edition.name}: {_count(len(edition.members), 'member')} ({lived_in}),"
        f" {len(eligible)} of whom take part; {_count(len(edition.offices), 'office')}",
        f"Volunteers: moderators {_volunteers(eligible, Role.MODERATOR)}, secretaries"
        f" {_volunteers(eligible, Role.SECRETARY)}",
        f"Accept local groups: {sum(member.local for member in eligible)}, video:"
        f" {sum(member.video for member in eligible)}",
    ]
    if edition.pins:
        lines.append(f"Pinned placements: {len(edition.pins)}")
    rows = [
        ("Theme", "Open in", "Tracks", "Ranked", "First choice"),
        *(
            (
                theme.title_in("en"),
                "+".join(theme.countries),
                "+".join(track.value for track in theme.tracks),
                str(sum(theme.id in member.themes for member in eligible)),
                str(sum(member.themes[0] == theme.id for member in eligible)),
            )
            for theme in edition.themes
        ),
    ]
    return "\n".join([*lines, "", *aligned(rows, right=(3, 4))])


def _volunteers(members: Sequence[Member], role: Role) -> int:
    return sum(member.volunteers_for(role) for member in members)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _points(points: float) -> str:
    return f"{points:,.3f}"
