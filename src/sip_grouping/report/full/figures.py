"""Figures of a grouping: choices obtained, travel, sizes against their limits, supply of roles.

Comes in: an edition, a grouping of it, the words of a language. Goes out: tables with bars.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Rules, Track
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import Group, Grouping
from sip_grouping.report.full.tables import Sign, Table, bars, table
from sip_grouping.report.map.palette import style_of
from sip_grouping.report.speech import Words

_STEPS_M = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
_MOST_BINS = 12
_ROLES = (Role.MODERATOR, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class _Volunteers:
    """Who volunteers for a role and takes part, those who accept groups in person with their homes.

    Attributes
    ----------
    homes
        Shape (members who accept groups in person, 2): latitude and longitude.
    offices
        Of the same members: the office, empty without one.
    by_video
        How many accept video.
    """

    homes: NDArray[np.float64]
    offices: NDArray[np.str_]
    by_video: int

    @classmethod
    def of(cls, edition: Edition, members: Sequence[Member]) -> "_Volunteers":
        """Return those of these members who take part."""
        eligible = [one for one in members if one.eligible]
        local = [one for one in eligible if one.local]
        return cls(
            np.array([edition.position(one) for one in local], dtype=np.float64).reshape(-1, 2),
            np.array([one.office or "" for one in local], dtype=np.str_),
            sum(one.video for one in eligible),
        )

    def in_reach(self, rules: Rules, group: Group) -> int:
        """Return how many could be in a group where this one meets."""
        if group.track is Track.VIDEO:
            return self.by_video
        if not len(self.homes) or group.latitude is None or group.longitude is None:
            return 0
        metres = distances_m(self.homes[:, 0], self.homes[:, 1], group.latitude, group.longitude)
        own = self.offices == group.place
        limits = np.where(own, rules.office_travel_m, rules.travel_m)
        return int(np.count_nonzero(metres <= limits))


def themes_table(edition: Edition, grouping: Grouping, words: Words) -> Table:
    """Return demand and supply of each theme: who wants it, who is in it, in how many groups."""
    eligible = [one for one in edition.members if one.eligible]
    firsts = Counter(one.themes[0] for one in eligible)
    ranked = Counter(theme for one in eligible for theme in one.themes)
    placed = Counter(one.theme for one in grouping.placements)
    groups = Counter((one.theme, one.track) for one in grouping.group_records)
    rows = [
        (
            Sign(words.title(theme), style_of(number)),
            words.number(firsts[theme.id]),
            words.number(ranked[theme.id]),
            words.number(placed[theme.id]),
            words.number(groups[theme.id, Track.LOCAL]),
            words.number(groups[theme.id, Track.VIDEO]),
        )
        for number, theme in enumerate(edition.themes)
    ]
    keys = ("theme", "first-choice-of", "ranked-by", "members", "groups-local", "groups-video")
    header = [words.say(one) for one in keys]
    return table(words.say("themes-caption"), header, rows, range(1, 6))


def ranks_table(grouping: Grouping, words: Words) -> Table:
    """Return how many obtained which of their choices."""
    counts = sorted(Counter(one.rank for one in grouping.placements).items())
    total = len(grouping.placements)
    drawn = bars([many for _, many in counts])
    rows = [
        (words.choice(rank), words.number(many), words.percent(many / total), bar)
        for (rank, many), bar in zip(counts, drawn, strict=True)
    ]  # fmt: skip
    header = [words.say("choice-column"), words.say("members"), words.say("share"), ""]
    return table(words.say("ranks-caption"), header, rows, (1, 2))


def travel_table(grouping: Grouping, words: Words) -> Table | None:
    """Return how many live how far from their meeting place; None where nobody travels."""
    metres = [one.travel_m for one in grouping.placements if one.travel_m is not None]
    if not metres:
        return None
    step = next((one for one in _STEPS_M if max(metres) < one * _MOST_BINS), _STEPS_M[-1])
    counts = Counter(one // step for one in metres)
    many = [counts[number] for number in range(max(counts) + 1)]
    rows = [
        (
            words.say(
                "from-to",
                start=words.number(number * step / 1000),
                end=words.km(number * step + step, 0),
            ),
            words.number(count),
            words.percent(count / len(metres)),
            bar,
        )
        for number, (count, bar) in enumerate(zip(many, bars(many), strict=True))
    ]
    header = [words.say("way"), words.say("members"), words.say("share"), ""]
    return table(words.say("travel-caption"), header, rows, (1, 2))


def sizes_table(edition: Edition, grouping: Grouping, words: Words) -> Table:
    """Return the sizes of the groups of each theme and track beside their limits."""
    kinds: dict[tuple[int, Track], list[int]] = defaultdict(list)
    number = {theme.id: position for position, theme in enumerate(edition.themes)}
    for one in grouping.group_records:
        rows_of = grouping.placements_by_group.get(one.group_id, ())
        taken = edition.seats_of(row.member_id for row in rows_of)
        kinds[number[one.theme], one.track].append(taken)
    rows = []
    for (position, track), sizes in sorted(kinds.items()):
        theme = edition.themes[position]
        limits = edition.rules_of(theme.id).sizes(track)
        times = [
            words.say("size-times", size=words.number(size), times=words.number(many))
            for size, many in sorted(Counter(sizes).items())
        ]
        rows.append(
            (
                Sign(words.title(theme), style_of(position)),
                words.say(track.value),
                words.say(
                    "from-to",
                    start=words.number(limits.size_min),
                    end=words.number(limits.size_max),
                ),
                ", ".join(times),
                words.number(sum(sizes) / len(sizes), 1),
                words.number(sum(size == limits.size_min for size in sizes)),
                words.number(sum(size == limits.size_max for size in sizes)),
            )
        )
    keys = ("theme", "meets", "limits", "sizes", "mean-size", "at-smallest", "at-largest")
    return table(words.say("sizes-caption"), [words.say(one) for one in keys], rows, (4, 5, 6))


def roles_table(edition: Edition, grouping: Grouping, words: Words) -> Table:
    """Return, place by place, how many hold a role, and how many volunteer for it in reach.

    In reach of a place is who takes part, accepts local groups and lives within the travel limit of the
    edition; of video, who takes part and accepts it. A member may be in reach of several places.
    """
    at_place: dict[str, list[Group]] = defaultdict(list)
    for one in grouping.group_records:
        at_place[one.place].append(one)
    ordered = sorted(at_place.items(), key=lambda item: (item[0] == "", -len(item[1]), item[0]))
    volunteers = {
        role: _Volunteers.of(edition, [one for one in edition.members if one.volunteers_for(role)])
        for role in _ROLES
    }
    rows = []
    for place, groups in ordered:
        cells = [groups[0].place_name or place if place else words.say("video")]
        cells.append(words.number(len(groups)))
        for role in _ROLES:
            reach = volunteers[role].in_reach(edition.rules, groups[0])
            cells += [words.number(_wanted(edition, groups, role)), words.number(reach)]
        rows.append(cells)
    keys = (
        "place", "groups", "moderators-wanted", "moderators-in-reach", "secretaries-wanted",
        "secretaries-in-reach",
    )  # fmt: skip
    return table(words.say("roles-caption"), [words.say(one) for one in keys], rows, range(1, 6))


def _wanted(edition: Edition, groups: Sequence[Group], role: Role) -> int:
    rules = [edition.rules_of(one.theme) for one in groups]
    wanted = [one.moderators if role is Role.MODERATOR else one.secretaries for one in rules]
    return sum(wanted)
