"""The readable summary of a run: what was formed, how good it is proven to be, who is left out and why.

Comes in: an edition and a `Result` or `Grouping` of it, a language. Goes out: lines of text, at most
about 100 characters wide, the same on a terminal and in a file. Ids only: no names and no e-mail addresses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sip_grouping.catalogue import Language, Parameter, counted, number, pattern, said
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Role, Track
from sip_grouping.edition.values import TOWN_ID
from sip_grouping.grouping import (
    Group,
    Grouping,
    LeftOut,
    LeftOutStatus,
    Reason,
    reason_sentence,
)
from sip_grouping.grouping.show import verdict_text
from sip_grouping.report.words import choice_text, track_text
from sip_grouping.solve.result import Result
from sip_grouping.text import aligned

_IDS_SHOWN = 6


def result_summary(result: Result, language: Language = "en") -> str:
    """Return what a run found, or why it found nothing, as lines of text."""
    say = _Say(language)
    stopped = say(
        "stopped",
        seconds=say.decimal(result.seconds, 1),
        reason=pattern(language, "stopped", result.stop_reason.value),
    )
    name = result.edition.name
    if result.grouping is not None:
        return f"{grouping_summary(result.edition, result.grouping, language)}\n\n{stopped}"
    if result.conflict is not None:
        return f"{say('infeasible', edition=name)}\n{result.conflict.text_in(language)}"
    told = [say("none-found", edition=name)]
    if result.bound is not None:
        told.append(say("none-above", bound=say.points(result.bound)))
    return f"{' '.join(told)}\n{stopped}"


def grouping_summary(edition: Edition, grouping: Grouping, language: Language = "en") -> str:
    """Return the groups, ranks, travel and members left out of a grouping, as lines of text.

    Parameters
    ----------
    edition, grouping
        They belong together; a grouping that names other members or themes is not for this.
    """
    say = _Say(language)
    blocks = [
        _headline(edition, grouping, say),
        _verdict(grouping, say),
        _group_table(edition, grouping, say),
        _ranks(grouping, say),
        _travel(edition, grouping, say),
        _left_out(grouping, say),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


@dataclass(frozen=True, slots=True)
class _Say:
    """The sentences and the numbers of a summary, in one language."""

    language: Language

    def __call__(self, part: str, **parameters: Parameter) -> str:
        return said(self.language, "summary", part, **parameters)

    def count(self, what: str, how_many: int) -> str:
        return counted(self.language, what, how_many, grouped=False)

    def decimal(self, value: float, decimals: int) -> str:
        return number(self.language, value, decimals, grouped=False)

    def points(self, points: float) -> str:
        return number(self.language, points, 3)


def _headline(edition: Edition, grouping: Grouping, say: _Say) -> list[str]:
    return [
        say(
            "headline",
            edition=edition.name,
            groups=say.count("group", len(grouping.group_records)),
            placed=len({one.member_id for one in grouping.placements}),
            members=say.count(
                "member who take part", sum(member.eligible for member in edition.members)
            ),
        )
    ]


def _verdict(grouping: Grouping, say: _Say) -> list[str]:
    bound = "" if grouping.bound is None else say("bound", bound=say.points(grouping.bound))
    terms = grouping.score_terms
    again = (
        say("score-previous", points=say.points(terms.previous / 1000)) if terms.previous else ""
    )
    places = say("score-places", points=say.points(terms.places / 1000)) if terms.places else ""
    score = say(
        "score",
        previous=again,
        places=places,
        score=say.points(grouping.score),
        bound=bound,
        rank=say.points(terms.rank / 1000),
        travel=say.points(-terms.travel / 1000),
        video=say.points(-terms.video / 1000),
        groups=say.points(-terms.groups / 1000),
    )
    return [verdict_text(grouping, say.language), score]


def _group_table(edition: Edition, grouping: Grouping, say: _Say) -> list[str]:
    kinds: dict[tuple[int, str, str], list[Group]] = defaultdict(list)
    order = {theme.id: number for number, theme in enumerate(edition.themes)}
    for group in grouping.group_records:
        key = (order[group.theme], group.track.value, _countries(edition, grouping, group))
        kinds[key].append(group)
    rows = [tuple(map(say, ("theme", "track", "country", "groups", "members", "sizes")))]
    for (at, track, country), groups in sorted(kinds.items()):
        sizes = [group.size for group in groups]
        smallest, largest = min(sizes), max(sizes)
        rows.append(
            (
                edition.themes[at].title_in(say.language),
                track_text(Track(track), say.language),
                country,
                str(len(groups)),
                str(sum(sizes)),
                str(smallest)
                if smallest == largest
                else say("from-to", smallest=smallest, largest=largest),
            )
        )
    rows += [
        (theme.title_in(say.language), track_text(None, say.language), "", "0", "0", "")
        for at, theme in enumerate(edition.themes)
        if all(at != kind for kind, _, _ in kinds)
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


def _ranks(grouping: Grouping, say: _Say) -> list[str]:
    if not grouping.placements:
        return []
    total = len(grouping.placements)
    counts = Counter(one.rank for one in grouping.placements)
    parts = [
        say(
            "rank",
            choice=choice_text(rank, say.language),
            count=count,
            share=say.decimal(count / total * 100, 0),
        )
        for rank, count in sorted(counts.items())
    ]
    return [say("ranks", ranks=", ".join(parts))]


def _travel(edition: Edition, grouping: Grouping, say: _Say) -> list[str]:
    local = [one for one in grouping.placements if one.track is Track.LOCAL]
    video = [one for one in grouping.placements if one.track is Track.VIDEO]
    lines = []
    if local:
        metres = sorted(one.travel_m or 0 for one in local)
        lines.append(
            say(
                "in-person",
                members=say.count("member", len(local)),
                mean=say.decimal(sum(metres) / len(metres) / 1000, 1),
                most=say.decimal(metres[-(-9 * len(metres) // 10) - 1] / 1000, 1),
                largest=say.decimal(metres[-1] / 1000, 1),
            )
        )
    if video:
        lines.append(
            say(
                "by-video",
                members=say.count("member", len(video)),
                both=sum(edition.member_by_id[one.member_id].local for one in video),
            )
        )
    return lines


def _left_out(grouping: Grouping, say: _Say) -> list[str]:
    lines = []
    for status, heading in (
        (LeftOutStatus.UNPLACED, "without"),
        (LeftOutStatus.INELIGIBLE, "ineligible"),
    ):
        without = [one for one in grouping.left_out if one.status is status]
        if without:
            lines.append(say(heading, members=say.count("member", len(without))))
            lines += _by_reason(without, say)
    return lines or [say("all-placed")]


def _by_reason(without: Iterable[LeftOut], say: _Say) -> list[str]:
    ids: dict[Reason, list[str]] = defaultdict(list)
    for one in without:
        ids[one.reason].append(one.member_id)
    order = list(Reason)
    rows = []
    for reason, members in sorted(ids.items(), key=lambda item: order.index(item[0])):
        shown = ", ".join(members[:_IDS_SHOWN])
        more = len(members) - _IDS_SHOWN
        if more > 0:
            shown = say("more-ids", ids=shown, count=more)
        rows.append(f"  {len(members):>4}  {reason_sentence(reason, say.language)}")
        rows.append(f"        {shown}")
    return rows


def edition_summary(edition: Edition, language: Language = "en") -> str:
    """Return what an edition holds, as lines of text: members, volunteers, themes and their rules."""
    say = _Say(language)
    eligible = [member for member in edition.members if member.eligible]
    countries = Counter(member.country for member in edition.members)
    lines = [
        say(
            "edition",
            edition=edition.name,
            members=say.count("member", len(edition.members)),
            countries=", ".join(
                f"{country} {count}" for country, count in sorted(countries.items())
            ),
            eligible=len(eligible),
            offices=say.count("office", len(edition.offices)),
        ),
        say(
            "volunteers",
            moderators=_volunteers(eligible, Role.MODERATOR),
            secretaries=_volunteers(eligible, Role.SECRETARY),
        ),
        say(
            "accept",
            local=sum(member.local for member in eligible),
            video=sum(member.video for member in eligible),
        ),
    ]
    if edition.pins:
        lines.append(say("pinned", count=len(edition.pins)))
    rows = [
        tuple(map(say, ("theme", "open-in", "tracks", "ranked", "first-choice"))),
        *(
            (
                theme.title_in(language),
                "+".join(theme.countries),
                "+".join(track_text(track, language) for track in theme.tracks),
                str(sum(theme.id in member.themes for member in eligible)),
                str(sum(member.themes[0] == theme.id for member in eligible)),
            )
            for theme in edition.themes
        ),
    ]
    return "\n".join([*lines, "", *aligned(rows, right=(3, 4))])


def _volunteers(members: Sequence[Member], role: Role) -> int:
    return sum(member.volunteers_for(role) for member in members)
