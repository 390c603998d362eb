"""Together and apart: what cannot hold between members, named with both rows."""

from collections import defaultdict
from collections.abc import Iterator

from sip_grouping.checks.view import EditionView
from sip_grouping.errors import Finding
from sip_grouping.records import Member


def pair_findings(view: EditionView) -> Iterator[Finding]:
    """Yield what is wrong with together and apart; both count in both directions."""
    for number, member in enumerate(view.members):
        for column in ("together", "apart"):
            for other in getattr(member, column):
                yield from _named(view, number, column, other)
    yield from _together_and_apart(view)
    yield from _blocks_too_large(view)


def _named(view: EditionView, number: int, column: str, other: str) -> Iterator[Finding]:
    member = view.members[number]

    def wrong(code: str, message: str, remedy: str) -> Finding:
        row = view.member_row(number)
        return Finding(code, message, remedy, view.sources.members, row, column, other)

    if other == member.member_id:
        yield wrong(f"{column}-with-oneself", "the member names itself", "remove its own id")
        return
    at = view.number_of_member.get(other)
    if at is None:
        if other not in view.sources.unreadable_member_ids:
            yield wrong("unknown-member", "there is no such member", "correct the id, or remove it")
        return
    if column == "apart":
        return
    both = f"rows {view.member_row(number)} and {view.member_row(at)}"
    partner = view.members[at]
    for one, who in ((member, "the member itself"), (partner, f"member {other}")):
        if not one.eligible:
            yield wrong(
                "together-with-ineligible",
                f"{both} belong together, but {who} takes no part (cooperator or commits is no)",
                "correct that answer, or remove the pair",
            )
            return
    obstacle = _never_together(view, member, partner)
    if obstacle:
        yield wrong(
            "together-impossible",
            f"{both} belong together, but {obstacle}",
            "let them share a theme, a track, a language and a slot, or remove the pair",
        )


def _never_together(view: EditionView, one: Member, other: Member) -> str:
    """Return why two members can share no group at all; empty where they might."""
    shared = [theme for theme in one.themes if theme in other.themes and theme in view.theme_by_id]
    unread = view.sources.unreadable_theme_ids
    if not shared:
        return "" if unread & {*one.themes, *other.themes} else "they rank no theme in common"
    obstacles = []
    for theme_id in shared:
        theme, rules = view.theme_by_id[theme_id], view.rules_by_theme.get(theme_id)
        if rules is None:
            return ""
        if not any(one.accepts(track) and other.accepts(track) for track in theme.tracks):
            obstacles.append("they accept no track in common that a shared theme allows")
        elif rules.shared_language and _disjoint(one.languages, other.languages):
            obstacles.append("they list no language in common")
        elif rules.shared_slot and _disjoint(one.slots, other.slots):
            obstacles.append("they list no weekly slot in common")
        else:
            return ""
    return obstacles[0]


def _disjoint(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(one and other) and not set(one) & set(other)


def _together_and_apart(view: EditionView) -> Iterator[Finding]:
    block = view.block_of_member
    for number, member in enumerate(view.members):
        for other in member.apart:
            named = other != member.member_id and other in block
            if named and block[other] == block[member.member_id]:
                at = view.number_of_member[other]
                yield Finding(
                    "together-and-apart",
                    f"rows {view.member_row(number)} and {view.member_row(at)} are apart, and"
                    " belong together (directly, or through others)",
                    "remove one of the two rules",
                    view.sources.members,
                    view.member_row(number),
                    "apart",
                    other,
                )


def _blocks_too_large(view: EditionView) -> Iterator[Finding]:
    largest = max(
        (
            rules.sizes(track).size_max
            for theme_id, rules in view.rules_by_theme.items()
            for track in view.theme_by_id[theme_id].tracks
        ),
        default=None,
    )
    if largest is None:
        return
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, member in enumerate(view.members):
        blocks[view.block_of_member[member.member_id]].append(number)
    for numbers in blocks.values():
        if len(numbers) > largest:
            first = next(n for n in numbers if view.members[n].together)
            yield Finding(
                "block-too-large",
                f"{len(numbers)} members belong together, and the largest group has {largest} seats",
                "remove some of the pairs, or raise size_max",
                view.sources.members,
                view.member_row(first),
                "together",
                " ".join(view.members[first].together),
            )
