"""Who is in which group, and who has none: cards of groups, tables of members.

Comes in: an edition, a grouping of it, the words of a language, whether names may be shown. Goes out: cards
and tables. Without leave there are ids alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Group, Grouping, LeftOut, LeftOutStatus, Placement, Reason
from sip_grouping.report.full.tables import Cell, Link, Sign, Table, table
from sip_grouping.report.map.palette import Style, style_of
from sip_grouping.report.speech import Words

_ORDER = {role: number for number, role in enumerate((Role.MODERATOR, Role.SECRETARY, Role.MEMBER))}


@dataclass(frozen=True, slots=True)
class Card:
    """A group: what is known of it as pairs of words, its members, and when it meets where that is known."""

    anchor: str
    title: str
    style: Style
    facts: tuple[tuple[str, str], ...]
    members: Table
    dates: Table | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What of members is shown."""

    edition: Edition
    words: Words
    names: bool

    def header(self, *keys: str) -> list[str]:
        """Return titles of columns, those of names after the first."""
        first, *others = (self.words.say(key) for key in keys)
        personal = [self.words.say(key) for key in ("name", "email")] if self.names else []
        return [first, *personal, *others]

    def cells(self, member_id: str) -> list[Cell]:
        """Return the id of a member; name and e-mail after it where they are shown."""
        member = self.edition.member_by_id[member_id]
        return [member_id, member.name or "", member.email or ""] if self.names else [member_id]

    def listed(self, ids: Iterable[str]) -> str:
        """Return members one after the other, by name where that is shown."""
        return ", ".join(self._called(one) for one in ids)

    def _called(self, member_id: str) -> str:
        name = self.edition.member_by_id[member_id].name if self.names else None
        return f"{name} ({member_id})" if name else member_id


def anchors(grouping: Grouping) -> dict[str, str]:
    """Return the id of each group's card on the page, by the id of the group."""
    return {one.group_id: f"g{number}" for number, one in enumerate(grouping.group_records)}


def groups_table(grouping: Grouping, shown: Shown) -> Table:
    """Return one row per group."""
    words, edition, to = shown.words, shown.edition, anchors(grouping)
    position = {theme.id: number for number, theme in enumerate(edition.themes)}
    rows = [
        (
            Link(one.group_id, to[one.group_id]),
            Sign(words.title(edition.theme_by_id[one.theme]), style_of(position[one.theme])),
            one.place_name or one.place or words.say("video"),
            words.spoken(one.language) if one.language else "",
            words.slot(one.slot) if one.slot else "",
            words.number(one.size),
            "" if one.mean_travel_m is None else words.km(one.mean_travel_m),
            "" if one.max_travel_m is None else words.km(one.max_travel_m),
        )
        for one in grouping.group_records
    ]
    keys = ("group", "theme", "meets", "language", "slot", "size", "mean-way", "longest-way")
    return table(words.say("groups-caption"), [words.say(one) for one in keys], rows, (5, 6, 7))


def group_cards(
    grouping: Grouping, shown: Shown, dates: Mapping[str, Table] | None = None
) -> Iterator[Card]:
    """Yield a card per group, with its dates where they are given by its id."""
    words, edition, to = shown.words, shown.edition, anchors(grouping)
    position = {theme.id: number for number, theme in enumerate(edition.themes)}
    for group in grouping.group_records:
        rows = grouping.placements_by_group.get(group.group_id, ())
        theme = edition.theme_by_id[group.theme]
        yield Card(
            anchor=to[group.group_id],
            title=words.say("card-title", group=group.group_id, theme=words.title(theme)),
            style=style_of(position[group.theme]),
            facts=tuple(_facts(group, shown)),
            members=_members(group, rows, shown),
            dates=(dates or {}).get(group.group_id),
        )


def _facts(group: Group, shown: Shown) -> Iterator[tuple[str, str]]:
    words = shown.words
    limits = shown.edition.rules_of(group.theme).sizes(group.track)
    yield words.say("meets"), group.place_name or group.place or words.say("video")
    if group.language:
        yield words.say("language"), words.spoken(group.language)
    if group.slot:
        yield words.say("slot"), words.slot(group.slot)
    yield (
        words.say("size"),
        words.say(
            "size-within",
            size=words.number(group.size),
            smallest=words.number(limits.size_min),
            largest=words.number(limits.size_max),
        ),
    )
    for key, holders in (("moderators", group.moderators), ("secretaries", group.secretaries)):
        if holders:
            yield words.say(key), shown.listed(holders)
    if group.mean_travel_m is not None and group.max_travel_m is not None:
        mean, most = words.km(group.mean_travel_m), words.km(group.max_travel_m)
        yield words.say("way"), words.say("mean-and-most", mean=mean, most=most)
    if group.spread_m is not None:
        yield words.say("spread"), words.km(group.spread_m)


def _members(group: Group, rows: Sequence[Placement], shown: Shown) -> Table:
    words = shown.words
    by_video = group.track is Track.VIDEO
    ordered = sorted(rows, key=lambda one: _ORDER[one.role])
    cells = [
        [
            *shown.cells(one.member_id),
            words.role(one.role),
            words.number(one.rank),
            *([] if by_video else [words.km(one.travel_m or 0)]),
        ]
        for one in ordered
    ]
    figures = ("choice-column",) if by_video else ("choice-column", "way")
    header = shown.header("member", "role", *figures)
    caption = words.say("members-caption", group=group.group_id)
    return table(caption, header, cells, range(len(header) - len(figures), len(header)))


def left_out_table(grouping: Grouping, status: LeftOutStatus, shown: Shown) -> Table | None:
    """Return members without a group by their reasons, strongest first; None where there are none."""
    words = shown.words
    found: dict[Reason, list[LeftOut]] = defaultdict(list)
    for one in grouping.left_out:
        if one.status is status:
            found[one.reason].append(one)
    if not found:
        return None
    order = list(Reason)
    rows = [
        (
            words.reason(reason),
            words.number(len(several)),
            shown.listed(one.member_id for one in several),
        )
        for reason, several in sorted(found.items(), key=lambda item: order.index(item[0]))
    ]
    header = [words.say(one) for one in ("reason", "members", "which")]
    return table(words.say(f"{status.value}-caption"), header, rows, (1,))


def explained_table(explained: Mapping[str, Sequence[str]], words: Words) -> Table | None:
    """Return a row for each sentence on a member's place, by ids alone; None where there are none."""
    rows = [(member_id, one) for member_id, told in explained.items() for one in told]
    if not rows:
        return None
    header = (words.say("member"), words.say("explained-column"))
    return table(words.say("explained-caption"), header, rows)
