"""What must hold between the records of an edition, beyond each record by itself.

Comes in: the records, and where they were read from. Goes out: every finding, not the first only.
Rules between pairs of members are in `pairs`, each pin by itself in `pins`, and what pins put into one
group in `companies`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from pydantic import ValidationError

from sip_grouping.edition.calendar import Season
from sip_grouping.edition.checks.companies import company_findings
from sip_grouping.edition.checks.pairs import pair_findings
from sip_grouping.edition.checks.pins import pin_findings
from sip_grouping.edition.checks.previous import previous_findings
from sip_grouping.edition.checks.season import season_findings
from sip_grouping.edition.checks.view import EditionView, Sources
from sip_grouping.edition.previous import Previous, PreviousSeat
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Pin,
    Places,
    Rules,
    Theme,
    Track,
)
from sip_grouping.edition.score import Score
from sip_grouping.findings import Finding, finding, kind_of, nearest
from sip_grouping.units import THOUSANDTHS

FURTHEST_M = 20_004_000
"""No geodesic is longer, whole metres: half a meridian of the WGS-84 ellipsoid is 20,003,932."""
MOST_TRAVEL_POINTS = 100_000_000
"""Points that a member may lose on its ways. A million members lose less than 2^62 thousandths, with
all other points, each a million at most, in up to a thousand groups."""

# Letters, then parts of letters and digits: fr, nl-BE. A slash or a digit is a list gone wrong, which
# would silently leave the member without a common language.
_LANGUAGE = re.compile(r"[^\W\d_]+([-_][^\W_]+)*")


def cross_findings(
    *,
    themes: Sequence[Theme],
    members: Sequence[Member],
    offices: Sequence[Office],
    rules: Rules,
    places: Places,
    score: Score,
    pins: Sequence[Pin],
    locations: Sequence[Location],
    previous: Previous,
    previous_seats: Sequence[PreviousSeat],
    season: Season,
    sources: Sources,
) -> list[Finding]:
    """Return all that does not fit together, in the order of the files and rows."""
    view = EditionView(
        themes=themes,
        members=members,
        offices=offices,
        rules=rules,
        places=places,
        score=score,
        pins=pins,
        locations=locations,
        sources=sources,
        previous=previous,
        previous_seats=previous_seats,
        season=season,
    )
    return [
        *_of_themes(view),
        *_of_points(view),
        *_of_places(view),
        *_of_members(view),
        *pair_findings(view),
        *_of_offices(view),
        *pin_findings(view),
        *company_findings(view),
        *previous_findings(view),
        *season_findings(view),
    ]


def _of_themes(view: EditionView) -> Iterator[Finding]:
    file = view.sources.edition
    for theme_id, count in Counter(theme.id for theme in view.themes).items():
        if count > 1:
            yield finding("duplicate-theme", file, None, "themes.id", theme_id, count=count)
    for theme in view.themes:
        key = f"themes.{theme.id}"
        if not view.sources.rules_read:
            continue
        try:
            rules = theme.rules.applied_to(view.rules)
        except ValidationError as error:
            for one in error.errors():
                column = ".".join([key, "rules", *map(str, one["loc"])])
                _, variant, parameters = kind_of(one)
                yield finding(
                    "theme-rules-contradict", file, None, column, None,
                    sheet=None, variant=variant, **parameters,
                )  # fmt: skip
            continue
        for track in theme.tracks:
            wanted, room = rules.moderators + rules.secretaries, rules.sizes(track).size_max
            if wanted > room:
                yield finding(
                    "more-roles-than-seats", file, None, f"{key}.rules.{track}.size_max", str(room),
                    track=track.value, theme=theme.id, wanted=wanted, room=room,
                )  # fmt: skip


def _of_points(view: EditionView) -> Iterator[Finding]:
    """Yield that a member could lose so many points that no 64-bit sum over members holds them."""
    loss: dict[str, int] = {}
    for theme_id, rules in view.rules_by_theme.items():
        if Track.LOCAL in view.theme_by_id[theme_id].tracks:
            furthest_m = min(max(rules.travel_m, rules.office_travel_m), FURTHEST_M)
            groups = min(rules.groups_per_member, len(view.themes))
            loss[theme_id] = groups * view.score.travel_thousandths(furthest_m)
    worst = max(loss, key=loss.__getitem__, default="")
    if worst and loss[worst] > MOST_TRAVEL_POINTS * THOUSANDTHS:
        file, shown = view.sources.edition, str(view.score.km_points)
        yield finding(
            "points-too-large", file, None, "score.km_points", shown,
            theme=worst, points=loss[worst] / THOUSANDTHS, most=MOST_TRAVEL_POINTS,
        )  # fmt: skip


def _of_places(view: EditionView) -> Iterator[Finding]:
    places, file = view.places, view.sources.edition
    if isinstance(places.towns, tuple):
        for town in places.towns:
            if view.place_position(town) is None:
                yield finding("unknown-town", file, None, "places.towns", town)
    offices = places.offices and (view.offices or not view.sources.all_offices_read)
    elsewhere = view.sources.unreadable_theme_ids or not view.sources.all_themes_read
    by_video = elsewhere or any(Track.VIDEO in theme.tracks for theme in view.themes)
    pinned = any(pin.place for pin in view.pins)
    if places.towns in {"none", ()} and not (offices or by_video or pinned):
        shown = "none" if places.towns == "none" else "[]"
        yield finding("no-place-at-all", file, None, "places.towns", shown)


def _of_members(view: EditionView) -> Iterator[Finding]:
    first_row: dict[str, int] = {}
    known = sorted({*view.theme_by_id, *view.sources.unreadable_theme_ids})
    offices = sorted({*view.office_by_id, *view.sources.unreadable_office_ids})

    @cache  # one wrong id may stand in every row
    def near_theme(theme_id: str) -> str | None:
        return nearest(theme_id, known)

    @cache
    def near_office(office_id: str) -> str | None:
        return nearest(office_id, offices)

    for number, member in enumerate(view.members):
        file, row = view.sources.members, view.member_row(number)
        earlier = first_row.setdefault(member.member_id, number)
        if earlier != number:
            other = view.member_row(earlier)
            yield finding("duplicate-member", file, row, "member_id", member.member_id, other=other)
        elif member.member_id in view.sources.unreadable_member_ids:
            yield finding(
                "duplicate-member", file, row, "member_id", member.member_id, variant="unreadable"
            )
        for rank, theme_id in enumerate(member.themes, start=1):
            if not view.may_be_theme(theme_id):
                yield finding(
                    "unknown-theme", file, row, f"theme_{rank}", theme_id,
                    known=", ".join(known), near=near_theme(theme_id),
                )  # fmt: skip
        if member.office is not None and not view.may_be_office(member.office):
            near = near_office(member.office)
            yield finding(
                "unknown-office", file, row, "office", member.office,
                offices=view.sources.offices, near=near,
            )  # fmt: skip
        for code in member.languages:
            if not _LANGUAGE.fullmatch(code):
                yield finding("malformed-language", file, row, "languages", code)
        if member.own_position is None and member.town_id not in view.location_of_town:
            yield _no_location(file, row, member.postcode)


def _of_offices(view: EditionView) -> Iterator[Finding]:
    first_row: dict[str, int] = {}
    for number, office in enumerate(view.offices):
        file, row = view.sources.offices, view.office_row(number)
        earlier = first_row.setdefault(office.office_id, number)
        if earlier != number:
            other = view.office_row(earlier)
            yield finding("duplicate-office", file, row, "office_id", office.office_id, other=other)
        if view.may_be_town(office.office_id):
            yield finding("office-called-like-a-town", file, row, "office_id", office.office_id)
        if office.own_position is None and office.town_id not in view.location_of_town:
            yield _no_location(file, row, office.postcode)


def _no_location(file: str, row: int | str, postcode: str) -> Finding:
    return finding("no-location", file, row, "postcode", postcode)
