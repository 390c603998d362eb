"""The record of a grouping: whether its rows are complete and its figures true.

Comes in: `Facts`. Goes out: violations. One function per rule. Score, bounds and status are in
`objective_rules`, reasons in `reasons`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pydantic import ValidationError

from sip_grouping.catalogue import Telling, known, telling
from sip_grouping.edition.digests import Entries, first_difference
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.grouping import GROUP_ID, Group
from sip_grouping.grouping.made import LIBRARIES, Settings
from sip_grouping.rules import RecordRuleId
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.figures import figures_of, same_degrees
from sip_grouping.verification.violation import Violation, figure, violation

Check = Callable[[Facts], Iterator[Violation]]


def check_digest(facts: Facts) -> Iterator[Violation]:
    """Check that digests and name are those of the edition; name the part and its first difference.

    The digest of a part decides; a grouping that keeps none of it is judged by the whole digest.
    """
    edition, grouping = facts.edition, facts.grouping
    told = False
    if grouping.edition_digests or grouping.edition_entries:
        shown, kept = grouping.edition_digests, grouping.edition_entries
        for part in dict.fromkeys([*edition.digests, *shown, *kept]):
            true, entries = edition.digests.get(part), edition.kept_entries.get(part)
            if shown.get(part) != true or (part in kept and kept[part] != entries):
                told = True
                yield _other_part(part, kept.get(part, {}), entries or {})
    if not told and grouping.edition_digest != edition.digest:
        yield violation(
            RecordRuleId.DIGEST,
            "digest",
            found=grouping.edition_digest,
            allowed=edition.digest,
        )
    if grouping.edition_name != edition.name:
        yield violation(
            RecordRuleId.DIGEST,
            "edition-name",
            found=grouping.edition_name,
            allowed=edition.name,
        )


def _other_part(part: str, kept: Entries, entries: Entries) -> Violation:
    """Return what is said of a part that is another than the edition's; `kept` may be empty."""
    title = telling("edition-part", part) if ("edition-part", part) in known("en") else part
    difference = first_difference(kept, entries) if kept else None
    if difference is None:
        unknown = telling("violation", "not-kept")
        return violation(RecordRuleId.DIGEST, "other-part", edition_part=title, difference=unknown)
    key, was, now = difference
    change = "differs"
    if key not in kept:
        change = "is-new"
    elif key not in entries:
        change = "is-gone"
    if part == "members":  # marks say nothing to a reader
        told = telling("violation", f"member-{change}")
        return violation(
            RecordRuleId.DIGEST, "other-part", member_id=key, edition_part=title, difference=told
        )
    return violation(
        RecordRuleId.DIGEST,
        "other-part",
        found=_shown(was) if key in kept else None,
        allowed=_shown(now) if key in entries else None,
        edition_part=title,
        difference=telling("violation", change, key=key),
    )


def _shown(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def check_one_row_per_member(facts: Facts) -> Iterator[Violation]:
    """Check that every member has one row for each of its groups, or one row that says it has none."""
    rows = Counter((row.member_id, row.group_id) for row in facts.grouping.placements)
    placed = {member_id for member_id, _ in rows}
    left_out = Counter(row.member_id for row in facts.grouping.left_out)
    for (member_id, group_id), count in rows.items():
        if count > 1:
            yield _rows_wrong(member_id, "rows-of-group", count, group_id)
    for member_id, count in left_out.items():
        if count > 1:
            yield _rows_wrong(member_id, "rows-without", count)
        if member_id in placed:
            yield _rows_wrong(member_id, "rows-both", None)
    for member in facts.edition.members:
        if member.member_id not in placed and member.member_id not in left_out:
            yield _rows_wrong(member.member_id, "no-row", 0)


def _rows_wrong(
    member_id: str, part: str, count: int | None, group_id: str | None = None
) -> Violation:
    return violation(
        RecordRuleId.ONE_ROW_PER_MEMBER,
        part,
        group_id,
        member_id,
        found=count,
        allowed=None if count is None else 1,
    )


def check_known_ids(facts: Facts) -> Iterator[Violation]:
    """Check that every member, theme, group and place named exists."""
    edition, grouping = facts.edition, facts.grouping
    named = dict.fromkeys(
        [
            *(row.member_id for row in grouping.placements),
            *(row.member_id for row in grouping.left_out),
            *(
                member_id
                for group in grouping.group_records
                for member_id in (*group.moderators, *group.secretaries)
            ),
        ]
    )
    for member_id in named:
        if member_id not in edition.member_by_id:
            yield violation(RecordRuleId.KNOWN_IDS, "unknown-member", member_id=member_id)
    for group_id in dict.fromkeys(row.group_id for row in grouping.placements):
        if group_id not in facts.groups:
            yield violation(RecordRuleId.KNOWN_IDS, "group-without-row", group_id)
    for group in grouping.group_records:
        if group.theme not in edition.theme_by_id:
            yield violation(
                RecordRuleId.KNOWN_IDS,
                "unknown-theme",
                group.group_id,
                found=group.theme,
                allowed=" ".join(edition.theme_by_id),
            )
        local = group.track is Track.LOCAL
        if local and group.place and facts.places.position(group.place) is None:
            yield violation(
                RecordRuleId.KNOWN_IDS,
                "unknown-place",
                group.group_id,
                found=group.place,
                allowed=figure("known-place"),
            )


def check_group_ids(facts: Facts) -> Iterator[Violation]:
    """Check that each group id may be one; it may become part of a file's name."""
    named = (
        *(group.group_id for group in facts.grouping.group_records),
        *(row.group_id for row in facts.grouping.placements),
    )
    for group_id in dict.fromkeys(named):
        if not re.fullmatch(GROUP_ID, group_id):
            yield violation(
                RecordRuleId.GROUP_ID,
                "no-group-id",
                found=repr(group_id),
                allowed=figure("group-id"),
            )


def check_group_rows(facts: Facts) -> Iterator[Violation]:
    """Check that both tables agree on who is in a group, its theme, its track and its roles."""
    times = Counter(group.group_id for group in facts.grouping.group_records)
    for group_id, count in times.items():
        if count > 1:
            yield violation(
                RecordRuleId.GROUP_ROW, "several-rows", group_id, found=count, allowed=1
            )
        if group_id not in facts.rows_of_group:
            yield violation(RecordRuleId.GROUP_ROW, "row-without-members", group_id)
    for row in facts.grouping.placements:
        group = facts.groups.get(row.group_id)
        if group is not None and (row.theme, row.track) != (group.theme, group.track):
            yield violation(
                RecordRuleId.GROUP_ROW,
                "rows-differ",
                row.group_id,
                row.member_id,
                found=f"{row.theme}, {row.track}",
                allowed=f"{group.theme}, {group.track}",
            )
    for group in facts.groups.values():
        yield from _roles_differ(facts, group)


def _roles_differ(facts: Facts, group: Group) -> Iterator[Violation]:
    """Compare the roles in the rows of members with those in the row of their group.

    Ids that are in no such group, or unknown, are reported by other rules.
    """
    in_group = facts.rows_of_group.get(group.group_id, {})
    for role, listed in (
        (Role.MODERATOR, group.moderators),
        (Role.SECRETARY, group.secretaries),
    ):
        by_rows = Counter(facts.holders.get((group.group_id, role), ()))
        by_group = Counter(member_id for member_id in listed if member_id in in_group)
        for member_id in dict.fromkeys((*by_rows, *by_group)):
            if by_rows[member_id] != by_group[member_id]:
                yield violation(
                    RecordRuleId.GROUP_ROW,
                    f"{role}-differs",
                    group.group_id,
                    member_id,
                    found=figure("times", rows=by_rows[member_id], group=by_group[member_id]),
                    allowed=figure("same"),
                )


def check_rank_figures(facts: Facts) -> Iterator[Violation]:
    """Check that the rank shown is that of the group's theme in the member's answers."""
    for row in facts.grouping.placements:
        group = facts.groups.get(row.group_id)
        member = facts.edition.member_by_id.get(row.member_id)
        if group is None or member is None or group.theme not in member.themes:
            continue
        rank = member.themes.index(group.theme) + 1
        if row.rank != rank:
            yield violation(
                RecordRuleId.RANK_FIGURE,
                "rank",
                row.group_id,
                row.member_id,
                found=row.rank,
                allowed=rank,
            )


def check_travel_figures(facts: Facts) -> Iterator[Violation]:
    """Check that the distance shown is the geodesic one in whole metres; none for video."""
    for row in facts.grouping.placements:
        group = facts.groups.get(row.group_id)
        member = facts.edition.member_by_id.get(row.member_id)
        if group is None or member is None:
            continue
        travel_m = facts.travel_m(member, group)
        unknown_place = group.track is Track.LOCAL and travel_m is None
        if row.travel_m != travel_m and not unknown_place:
            yield violation(
                RecordRuleId.TRAVEL_FIGURE,
                "distance",
                row.group_id,
                row.member_id,
                found=_metres(row.travel_m),
                allowed=_metres(travel_m),
            )


def check_group_figures(facts: Facts) -> Iterator[Violation]:
    """Check that size, mean and longest travel, spread and coordinates shown of a group are true."""
    for group in facts.filled_groups:
        figures = figures_of(facts, group)
        yield from _figure(group, "size", group.size, figures.size)
        yield from _codes(facts, group, facts.members_of(group))
        if not figures.placed:
            continue
        for name in ("mean_travel_m", "max_travel_m", "spread_m"):
            yield from _figure(group, name, getattr(group, name), getattr(figures, name))
        for axis in ("latitude", "longitude"):
            shown, true = getattr(group, axis), getattr(figures, axis)
            if not same_degrees(shown, true):
                yield from _figure(group, axis, shown, true)


def _codes(facts: Facts, group: Group, members: Sequence[Member]) -> Iterator[Violation]:
    """Check a language or slot that no rule asks for: one that all list who list any, or none."""
    rules = facts.rules_of(group)
    for name, shown, ruled, listed in (
        (
            "language",
            group.language,
            rules is not None and rules.shared_language,
            [member.languages for member in members if member.languages],
        ),
        (
            "slot",
            group.slot,
            rules is not None and rules.shared_slot,
            [member.slots for member in members if member.slots],
        ),
    ):
        if shown and not ruled and not (listed and all(shown in codes for codes in listed)):
            yield violation(
                RecordRuleId.GROUP_FIGURES,
                f"{name}-not-shared",
                group.group_id,
                found=shown,
                allowed=figure("shared-or-empty"),
            )


def check_place_names(facts: Facts) -> Iterator[Violation]:
    """Check that a group shows the name of its place, or none."""
    for group in facts.groups.values():
        if facts.places.position(group.place) is not None or not group.place:
            name = facts.places.name(group.place)
            if group.place_name not in {"", name}:
                yield from _figure(group, "place_name", group.place_name, name or None)


def _figure(group: Group, name: str, shown: object, true: object) -> Iterator[Violation]:
    if shown != true:
        yield violation(
            RecordRuleId.GROUP_FIGURES,
            "figure",
            group.group_id,
            found=shown,
            allowed=true if true is not None else figure("empty"),
            column=name,
        )


def check_settings(facts: Facts) -> Iterator[Violation]:
    """Check that seed, settings and versions are such as a run has; their values cannot be known."""
    grouping = facts.grouping
    if type(grouping.seed) is not int or grouping.seed < 0:
        yield _unlike_a_run("seed", grouping.seed, figure("from-zero"))
    try:
        # As JSON, in which a list is what it is in the file.
        Settings.model_validate_json(json.dumps(dict(grouping.settings)), strict=True)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            name = str(one["loc"][0])
            yield _unlike_a_run(f"settings.{name}", one["input"], _wanted_setting(name))
    for name, version in grouping.versions.items():
        if name not in LIBRARIES:
            yield _unlike_a_run(
                f"versions.{name}", version, figure("one-of", known=", ".join(LIBRARIES))
            )
        elif not re.fullmatch(r"\d+[\w.+!-]*", version):
            yield _unlike_a_run(f"versions.{name}", version, figure("version"))


def _wanted_setting(name: str) -> Telling:
    if name not in Settings.model_fields:
        return figure("one-of", known=", ".join(Settings.model_fields))
    return figure("taken", name=name)


def _unlike_a_run(key: str, found: object, allowed: Telling) -> Violation:
    return violation(
        RecordRuleId.SETTINGS, "no-such-setting", found=_shown(found), allowed=allowed, key=key
    )


def _metres(distance_m: int | None) -> str | Telling:
    return figure("empty") if distance_m is None else f"{distance_m} m"


RECORD_CHECKS: tuple[Check, ...] = (
    check_digest,
    check_one_row_per_member,
    check_known_ids,
    check_group_ids,
    check_group_rows,
    check_rank_figures,
    check_travel_figures,
    check_group_figures,
    check_place_names,
    check_settings,
)
