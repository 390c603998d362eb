"""What changed since groups were proposed: how often and at what price, which groups, what else was counted.

Comes in: the groups before with the answers to them, the groups now, rows of options.csv. Goes out: sentences
and tables. Changes are counted anew, at the prices of the edition.
"""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from sip_grouping.catalogue import pattern
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Group, Grouping
from sip_grouping.grouping.changes import (
    Change,
    ChangeKind,
    changes_between,
    disruption_of,
    moved_by,
)
from sip_grouping.grouping.options import Way
from sip_grouping.grouping.proposed import Proposed
from sip_grouping.report.full.members import Shown
from sip_grouping.report.full.tables import Table, table
from sip_grouping.report.speech import Words
from sip_grouping.units import THOUSANDTHS


def since_proposal(
    earlier: Proposed, grouping: Grouping, shown: Shown, options: pd.DataFrame | None
) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    """Return sentences and tables on what changed since groups were proposed."""
    edition, words = shown.edition, shown.words
    away = {one.member_id for one in edition.members if not one.eligible}
    changes = changes_between(earlier.grouping, grouping, earlier.asked | away, edition.disruption)
    changed = {one.member_id for one in changes}
    stay = [one for one in earlier.grouping.placements if one.member_id not in changed]
    line = words.say(
        "since-in-short",
        stay=words.number(len(stay)),
        moved=words.number(len(moved_by(changes))),
        points=_points(disruption_of(changes) / THOUSANDTHS, words),
    )
    lines = [line]
    if earlier.given_up:
        members = ", ".join(sorted(earlier.given_up))
        lines.append(words.say("since-given-up", members=members))
    tables = [_kinds(changes, words), _groups(earlier.grouping, grouping, shown)]
    if options is not None:
        tables.append(_options(options, words))
    return tuple(lines), tuple(one for one in tables if one.rows)


def _kinds(changes: tuple[Change, ...], words: Words) -> Table:
    free = Counter(one.kind for one in changes if one.asked)
    others = Counter(one.kind for one in changes if not one.asked)
    points: Counter[ChangeKind] = Counter()
    for one in changes:
        points[one.kind] += one.thousandths
    rows = [
        (
            _kind(kind, words),
            words.number(others[kind]),
            words.number(free[kind]),
            _points(points[kind] / THOUSANDTHS, words),
        )
        for kind in ChangeKind
        if free[kind] or others[kind]
    ]
    keys = ("what-changed", "since-not-asked", "since-asked", "points")
    return table(words.say("since-caption"), [words.say(one) for one in keys], rows, (1, 2, 3))


def _kind(kind: ChangeKind, words: Words) -> str:
    if kind is ChangeKind.PLACED:
        return words.say("since-now-placed")
    if kind is ChangeKind.GROUP_CLOSED:
        return words.say("since-closed")
    return pattern(words.language, "reform", f"kind-{kind.value}")


def _groups(before: Grouping, now: Grouping, shown: Shown) -> Table:
    words = shown.words
    ids = dict.fromkeys((*before.group_by_id, *now.group_by_id))
    rows = []
    for group_id in ids:
        was, here = before.group_by_id.get(group_id), now.group_by_id.get(group_id)
        known = here or was
        told = ", ".join(_of_group(was, here, words))
        if told and known is not None:
            theme = shown.edition.theme_by_id.get(known.theme)
            title = known.theme if theme is None else words.title(theme)
            rows.append((group_id, told, title, _meets(was, words), _meets(here, words)))
    keys = ("group", "what-changed", "theme", "earlier", "now")
    return table(words.say("since-groups-caption"), [words.say(one) for one in keys], rows)


def _of_group(was: Group | None, here: Group | None, words: Words) -> Iterator[str]:
    if was is None or here is None:
        yield words.say("since-opened" if was is None else "since-closed")
        return
    if was.track is not here.track:
        yield _kind(ChangeKind.TRACK_CHANGED, words)
    elif was.place != here.place:
        yield _kind(ChangeKind.PLACE_CHANGED, words)
    if was.slot and here.slot and was.slot != here.slot:
        yield _kind(ChangeKind.SLOT_CHANGED, words)


def _meets(group: Group | None, words: Words) -> str:
    if group is None:
        return ""
    place = words.say("video") if group.track is Track.VIDEO else group.place_name or group.place
    return f"{place}, {words.slot(group.slot)}" if group.slot else place


def _options(options: pd.DataFrame, words: Words) -> Table:
    rows = [
        (
            str(one["group_id"]),
            pattern(words.language, "reform", f"way-{Way(one['option']).name.lower()}"),
            words.number(int(one["members_moved"])),
            words.number(int(one["placed"])),
            _points(float(one["score"]), words),
            _points(float(one["disruption"]), words),
        )
        for one in options.to_dict("records")
    ]
    keys = ("group", "since-option", "since-moved", "since-placed", "score", "since-disruption")
    header = [words.say(one) for one in keys]
    return table(words.say("since-options-caption"), header, rows, (2, 3, 4, 5))


def _points(points: float, words: Words) -> str:
    return words.number(points, 0 if points == round(points) else 1)
