"""Companies: members whom pins, and pairs that belong together, put into one group for certain.

Comes in: the records. Goes out: findings where no group could hold such a company, where its pins
contradict each other, or where the pins put a member into too many groups.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sip_grouping.edition.checks.pairs import nothing_shared
from sip_grouping.edition.checks.pins import PinCheck
from sip_grouping.edition.checks.roles import said_only, shortage_of
from sip_grouping.edition.checks.view import EditionView
from sip_grouping.edition.records import Member, Pin, Role, Rules, Track
from sip_grouping.findings import Finding
from sip_grouping.geography.distance import distances_m


def company_findings(view: EditionView) -> Iterator[Finding]:
    """Yield what is wrong with the pins of each theme taken together."""
    companies = _companies(view)
    for company in companies:
        contradictions = list(_contradictions(view, company))
        yield from contradictions
        if not contradictions:
            yield from _attendance(view, company)
            yield from _of_group(view, company)
    yield from _too_many_groups_of_a_theme(view)
    yield from _too_many_groups_of_a_member(view, companies)


@dataclass(frozen=True)
class _Company:
    """Who is in one group of a theme for certain.

    Attributes
    ----------
    pins
        Positions of the pins that bring them together.
    brought_by
        Per position of a member the pin that brings it; for those who come because they belong
        together with someone, the first pin.
    """

    theme: str
    pins: tuple[int, ...]
    brought_by: dict[int, int]


def _companies(view: EditionView) -> list[_Company]:
    by_theme: dict[str, list[int]] = defaultdict(list)
    for number, pin in enumerate(view.pins):
        by_theme[pin.theme].append(number)
    return [one for theme, pins in by_theme.items() for one in _companies_of(view, theme, pins)]


def _companies_of(view: EditionView, theme: str, pins: list[int]) -> Iterator[_Company]:
    root: dict[str, str] = {}

    def find(block: str) -> str:
        root.setdefault(block, block)
        while root[block] != block:
            root[block] = root[root[block]]
            block = root[block]
        return block

    def blocks_of(pin: Pin) -> list[str]:
        known = (one for one in (pin.member_id, *pin.with_members) if one in view.block_of_member)
        return [view.block_of_member[one] for one in known]

    for number in pins:
        first, *others = blocks_of(view.pins[number]) or [""]
        for other in others:
            root[find(other)] = find(first)
    together: dict[str, list[int]] = defaultdict(list)
    for number in pins:
        for block in blocks_of(view.pins[number])[:1]:
            together[find(block)].append(number)
    for numbers in together.values():
        brought_by: dict[int, int] = {}
        for number in numbers:
            pin = view.pins[number]
            for member_id in (pin.member_id, *pin.with_members):
                if member_id in view.number_of_member:
                    brought_by.setdefault(view.number_of_member[member_id], number)
        for number in numbers:
            for block in blocks_of(view.pins[number]):
                for member in view.members_of_block[block]:
                    brought_by.setdefault(member, number)
        yield _Company(theme, tuple(numbers), brought_by)


def _contradictions(view: EditionView, company: _Company) -> Iterator[Finding]:
    pins = [view.pins[number] for number in company.pins]
    last_of: dict[str, int] = {}
    for number, pin in zip(company.pins, pins, strict=True):
        earlier = last_of.setdefault(pin.member_id, number)
        if earlier != number:
            before = view.pins[earlier]
            same = (before.track, before.place) == (pin.track, pin.place)
            yield PinCheck(view, number, pin).wrong(
                "duplicate-pin" if same else "pins-contradict",
                "member_id",
                member=pin.member_id,
                theme=pin.theme,
                other=view.pin_row(earlier),
            )
    if len(last_of) > 1 and len({(pin.track, pin.place) for pin in pins}) > 1:
        yield _last_pin(view, company).wrong(
            "pins-contradict",
            "member_id",
            variant="company",
            members=", ".join(sorted(last_of)),
        )


def _attendance(view: EditionView, company: _Company) -> Iterator[Finding]:
    """Yield why someone who belongs together with a pinned member cannot be in its group."""
    for member, number in company.brought_by.items():
        pin, record = view.pins[number], view.members[member]
        if record.member_id not in {pin.member_id, *pin.with_members}:
            check = PinCheck(view, number, pin)
            yield from check.attendance(record, "member_id", through_others=True)


def _of_group(view: EditionView, company: _Company) -> Iterator[Finding]:
    """Yield the rules of a group that this company breaks."""
    rules = view.rules_by_theme.get(company.theme)
    if rules is None:
        return
    last = _last_pin(view, company)
    members = [view.members[number] for number in company.brought_by]
    seats = rules.sizes(last.pin.track).size_max
    taken = sum(one.weight for one in members)
    if taken > seats:
        yield last.wrong("company-too-large", "member_id", count=taken, seats=seats)
    if rules.shared_language and nothing_shared([one.languages for one in members]):
        yield last.wrong("company-without-language", "member_id")
    if rules.shared_slot and nothing_shared([one.slots for one in members]):
        yield last.wrong("company-without-slot", "member_id")
    yield from _apart(view, company)
    if last.pin.track is Track.LOCAL and taken <= seats:
        yield from _spread(view, company, rules)
    yield from _seats(view, company, rules)


def _seats(view: EditionView, company: _Company, rules: Rules) -> Iterator[Finding]:
    """Yield the roles of which a group has too few seats for those who have to hold one."""
    told = False
    for role, wanted in ((Role.MODERATOR, rules.moderators), (Role.SECRETARY, rules.secretaries)):
        held = [number for number in company.pins if view.pins[number].role is role]
        if len(held) > wanted:
            yield PinCheck(view, held[-1], view.pins[held[-1]]).wrong(
                "too-many-role-holders",
                "member_id",
                count=len(held),
                role=role.value,
                wanted=wanted,
            )
            told = True
    pinned = {view.pins[number].member_id: view.pins[number].role for number in company.pins}
    by_pin = [frozenset({role}) for role in pinned.values() if role and role is not Role.MEMBER]
    others = [view.members[number] for number in company.brought_by]
    free = said_only(one for one in others if pinned.get(one.member_id) is None)
    shortage = shortage_of([*by_pin, *free], rules)
    if shortage and not told:
        yield _last_pin(view, company).wrong(
            "company-without-seats", "member_id", **shortage._asdict()
        )


def _apart(view: EditionView, company: _Company) -> Iterator[Finding]:
    said: set[frozenset[int]] = set()
    for number, brought in company.brought_by.items():
        member = view.members[number]
        for other_id in member.apart:
            other = view.number_of_member.get(other_id)
            pair = frozenset({number, -1 if other is None else other})
            if other not in company.brought_by or len(pair) < 2 or pair in said:
                continue
            said.add(pair)
            partner = view.members[other]
            one_block = view.block_of_member[member.member_id] == view.block_of_member[other_id]
            if one_block:
                continue  # said of the pair
            last = max(brought, company.brought_by[other])
            company_of = view.pins[last].with_members
            named = next((one for one in (partner, member) if one.member_id in company_of), None)
            yield PinCheck(view, last, view.pins[last]).wrong(
                "company-apart",
                "member_id" if named is None else "with_members",
                None if named is None else named.member_id,
                member=member.member_id,
                other=other_id,
            )


def _spread(view: EditionView, company: _Company, rules: Rules) -> Iterator[Finding]:
    limit_m = rules.spread_m
    homes: list[tuple[Member, int, tuple[float, float]]] = []
    if limit_m is None:
        return
    for number, brought in company.brought_by.items():
        member = view.members[number]
        home = view.position(member)
        if home is None:
            continue
        if homes:
            latitudes, longitudes = zip(*(spot for _, _, spot in homes), strict=True)
            metres = distances_m(latitudes, longitudes, home[0], home[1])
            furthest = int(metres.argmax())
            if metres[furthest] > limit_m:
                other, brought_other, _ = homes[furthest]
                last = max(brought, brought_other)
                yield PinCheck(view, last, view.pins[last]).wrong(
                    "company-too-far-apart",
                    "member_id",
                    other=other.member_id,
                    member=member.member_id,
                    km=int(metres[furthest]) / 1000,
                    limit=limit_m / 1000,
                )
                return
        homes.append((member, brought, home))


def _too_many_groups_of_a_theme(view: EditionView) -> Iterator[Finding]:
    groups: dict[str, dict[tuple[Track, str], int]] = defaultdict(dict)
    for number, pin in enumerate(view.pins):
        groups[pin.theme].setdefault((pin.track, pin.place), number)
    for theme_id, pinned in groups.items():
        theme = view.theme_by_id.get(theme_id)
        if theme is not None and len(pinned) > theme.groups_max:
            last = max(pinned.values())
            yield PinCheck(view, last, view.pins[last]).wrong(
                "too-many-pinned-groups",
                "theme",
                count=len(pinned),
                theme=theme_id,
                most=theme.groups_max,
            )


def _too_many_groups_of_a_member(view: EditionView, companies: list[_Company]) -> Iterator[Finding]:
    of_member: dict[int, list[_Company]] = defaultdict(list)
    for company in companies:
        for member in company.brought_by:
            of_member[member].append(company)
    said: set[tuple[int, ...]] = set()
    for member, kept in of_member.items():
        pins = tuple(sorted(company.brought_by[member] for company in kept))
        themes = {company.theme for company in kept}
        limits = [
            view.rules_by_theme[t].groups_per_member for t in themes if t in view.rules_by_theme
        ]
        only = view.members[member].only_in_a_role
        if only:
            limits.append(1)  # it holds its role in each of its groups, and a person holds one role
        if limits and len(themes) > min(limits) and pins not in said:
            said.add(pins)
            yield PinCheck(view, pins[-1], view.pins[pins[-1]]).wrong(
                "too-many-pins",
                "member_id",
                variant="only" if only else "",
                member=view.members[member].member_id,
                count=len(themes),
                most=min(limits),
            )


def _last_pin(view: EditionView, company: _Company) -> PinCheck:
    return PinCheck(view, company.pins[-1], view.pins[company.pins[-1]])
