"""Together and apart: what cannot hold between members, named with both rows."""

from collections.abc import Iterator, Sequence

from sip_grouping.catalogue import Parameter
from sip_grouping.edition.checks.roles import said_only, shortage_of
from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member
from sip_grouping.findings import Finding, finding


def pair_findings(view: EditionView) -> Iterator[Finding]:
    """Yield what is wrong with together and apart; both count in both directions."""
    for number, member in enumerate(view.members):
        for column in ("together", "apart"):
            for other in getattr(member, column):
                yield from _named(view, number, column, other)
    yield from _together_and_apart(view)
    yield from _of_blocks(view)


def _named(view: EditionView, number: int, column: str, other: str) -> Iterator[Finding]:
    member = view.members[number]

    def wrong(code: str, variant: str = "", **parameters: Parameter) -> Finding:
        file, row = view.sources.members, view.member_row(number)
        return finding(code, file, row, column, other, sheet=None, variant=variant, **parameters)

    if other == member.member_id:
        yield wrong(f"{column}-with-oneself")
        return
    at = view.number_of_member.get(other)
    if at is None:
        if not view.may_be_member(other):
            yield wrong("unknown-member")
        return
    partner = view.members[at]
    said_before = at < number and member.member_id in getattr(partner, column)
    # Two who both take no part are never placed, which keeps the rule.
    if column == "apart" or said_before or not (member.eligible or partner.eligible):
        return
    both: dict[str, Parameter] = {"first": view.member_row(number), "second": view.member_row(at)}
    if not member.eligible:
        yield wrong("together-with-ineligible", "itself", **both)
    elif not partner.eligible:
        yield wrong("together-with-ineligible", "", **both, member=other)
    elif obstacle := _never_together(view, [member, partner]):
        yield wrong("together-impossible", obstacle, **both)


def _never_together(view: EditionView, members: Sequence[Member]) -> str:
    """Return what members lack to share any group, as a variant of a finding; empty where they might."""
    ranked = [
        {theme for theme in member.themes if view.may_be_open(theme, member)} for member in members
    ]
    if not any(ranked):
        return ""  # none of them is ever placed, which keeps the rule
    shared = set.intersection(*ranked)
    if any(
        view.may_be_theme(theme) and theme not in view.theme_by_id for theme in set.union(*ranked)
    ):
        return ""  # a theme that was not read may be the one they share
    obstacles = []
    for theme_id in (theme for theme in members[0].themes if theme in shared):
        theme, rules = view.theme_by_id.get(theme_id), view.rules_by_theme.get(theme_id)
        if theme is None:
            continue
        if rules is None:
            return ""
        if not any(all(one.accepts(track) for one in members) for track in theme.tracks):
            obstacles.append("no-track")
        elif rules.shared_language and nothing_shared([one.languages for one in members]):
            obstacles.append("no-language")
        elif rules.shared_slot and nothing_shared([one.slots for one in members]):
            obstacles.append("no-slot")
        elif shortage_of(said_only(members), rules):
            obstacles.append("no-seats")
        else:
            return ""
    if not obstacles and set.intersection(*(set(member.themes) for member in members)):
        return "no-open-theme"
    return obstacles[0] if obstacles else "no-theme"


def nothing_shared(lists: Sequence[tuple[str, ...]]) -> bool:
    """Return whether no code stands in every list; an empty list means any code."""
    filled = [set(codes) for codes in lists if codes]
    return bool(filled) and not set.intersection(*filled)


def _together_and_apart(view: EditionView) -> Iterator[Finding]:
    block = view.block_of_member
    for number, member in enumerate(view.members):
        for other in member.apart:
            named = other != member.member_id and other in block
            if named and block[other] == block[member.member_id]:
                at = view.number_of_member[other]
                if at < number and member.member_id in view.members[at].apart:
                    continue  # said there
                row = view.member_row(number)
                yield finding(
                    "together-and-apart", view.sources.members, row, "apart", other,
                    first=row, second=view.member_row(at),
                )  # fmt: skip


def _of_blocks(view: EditionView) -> Iterator[Finding]:
    """Yield who belong together through others and yet can never share a group."""
    sizes = [
        rules.sizes(track).size_max
        for theme_id, rules in view.rules_by_theme.items()
        for track in view.theme_by_id[theme_id].tracks
    ]
    all_read = view.sources.all_themes_read and not view.sources.unreadable_theme_ids
    largest = max(sizes) if sizes and all_read else None
    for numbers in view.members_of_block.values():
        if len(numbers) < 2:
            continue
        block = [view.members[number] for number in numbers]
        # A second row of the same id may be the one that names the others.
        at = next((number for number in numbers if view.members[number].together), numbers[0])

        place = (view.sources.members, view.member_row(at), "together")
        shown = " ".join(view.members[at].together)
        taken = sum(one.weight for one in block)
        if largest is not None and taken > largest:
            yield finding("block-too-large", *place, shown, count=taken, seats=largest)
        if len(numbers) == 2 or not all(member.eligible for member in block):
            continue  # said where the pair is named
        obstacle = _never_together(view, block)
        named = (
            (member, view.members[view.number_of_member[other]])
            for member in block
            for other in member.together
            if other in view.number_of_member
        )
        if obstacle and not any(_never_together(view, pair) for pair in named):
            rows = ", ".join(str(view.member_row(number)) for number in numbers)
            variant = f"several-{obstacle}"
            yield finding("together-impossible", *place, shown, variant=variant, rows=rows)
