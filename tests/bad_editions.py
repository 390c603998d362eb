"""Editions with one mistake each, and what has to be said of it.

A mistake is a change of one file of a good edition: a text replaced, or a whole file given (None: the
file is left out; a `FOLDER` instead of text: a folder of that name).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = object()

GOOD: Mapping[str, str] = {
    "edition.toml": """\
name = "2026-2027"

[rules]
local = { size_min = 2, size_max = 4 }
video = { size_min = 2, size_max = 5 }
travel_km = 30.0

[places]
offices = true
towns = "members"

[score]
rank_points = [100, 80, 60]
km_points = 0.5

[[themes]]
id = "support"
title = { nl = "Begeleiding", fr = "Accompagnement", en = "Support" }

[[themes]]
id = "sharing"
countries = ["FR"]
tracks = ["local"]
""",
    "members.csv": """\
member_id,country,postcode,theme_1,theme_2,office,moderator,secretary,languages,slots,together,apart,latitude,longitude,cooperator,local,video,name,email
m1,BE,4000,support,,liege,yes,no,fr,tue-evening,,,,,yes,yes,yes,Secret Alice,alice@secret.example
m2,BE,4020,support,,liege,no,yes,fr nl,tue-evening,,m4,,,yes,yes,yes,Secret Bob,bob@secret.example
m3,BE,4000,support,,,no,no,,,m1,,,,yes,yes,yes,Secret Carl,carl@secret.example
m4,BE,4000,support,,,no,no,nl,,,,,,yes,yes,yes,,
f1,FR,59000,sharing,support,lille,yes,yes,fr,,,,,,yes,yes,no,,
f2,FR,59000,sharing,,lille,yes,yes,fr,,,,50.63,3.06,yes,yes,yes,,
n1,BE,4000,support,,,no,no,,,,,,,no,yes,yes,,
""",
    "offices.csv": """\
office_id,name,country,postcode,rooms
liege,Liège,BE,4000,3
lille,Lille,FR,59000,
""",
    "pins.csv": """\
member_id,theme,track,place,role,with_members
m1,support,local,liege,moderator,m2
""",
}


@dataclass(frozen=True)
class BadEdition:
    """One mistake: what is changed, and the finding that must name it."""

    file: str
    code: str
    change: tuple[str, str] | str | bytes | object
    row: int | None = None
    column: str | None = None
    value: str | None = None


def _toml(
    code: str, old: str, new: str, column: str | None, value: str | None = None
) -> BadEdition:
    return BadEdition("edition.toml", code, (old, new), None, column, value)


def _member(
    code: str, old: str, new: str, row: int | None, column: str | None, value: str | None = None
) -> BadEdition:
    return BadEdition("members.csv", code, (old, new), row, column, value)


def _office(
    code: str, old: str, new: str, row: int | None, column: str | None, value: str | None = None
) -> BadEdition:
    return BadEdition("offices.csv", code, (old, new), row, column, value)


def _pin(
    code: str, new: str, column: str | None, value: str | None = None, row: int = 2
) -> BadEdition:
    return BadEdition(
        "pins.csv", code, ("m1,support,local,liege,moderator,m2", new), row, column, value
    )


THEME_RULES = 'tracks = ["local"]\n[themes.rules]\n'

BAD_EDITIONS: Mapping[str, BadEdition] = {
    # Files
    "edition file missing": BadEdition("edition.toml", "file-missing", None),
    "members file missing": BadEdition("members.csv", "file-missing", None),
    "members file is a folder": BadEdition("members.csv", "not-a-file", FOLDER),
    "edition file is a folder": BadEdition("edition.toml", "not-a-file", FOLDER),
    "members file empty": BadEdition("members.csv", "empty-file", ""),
    "members file blank": BadEdition("members.csv", "empty-file", "\n\n  \n"),
    "members file has a header only": BadEdition(
        "members.csv", "no-members", "member_id,country,postcode,theme_1\n"
    ),
    "members not UTF-8": BadEdition(
        "members.csv", "not-utf8", "member_id,theme_1\né,".encode() + b"m1\xe9,BE"
    ),
    "edition not UTF-8": BadEdition("edition.toml", "not-utf8", b'name = "\xc3\xa9\xe9"'),
    "members file of separators only": BadEdition("members.csv", "empty-file", ";;;\n;;;\n"),
    "members with a null character": _member("not-utf8", "m4,BE", "m4\0,BE", None, None),
    "row separated otherwise": _member("other-separator", "m4,BE,4000,support,,,no,no,nl,,,,,,yes,yes,yes,,", "m4;BE;4000;support;;;no;no;nl;;;;;;yes;yes;yes;Secret Dora;dora@secret.example", 5, None),
    "members in half of UTF-16": BadEdition("members.csv", "not-utf8", b"\xff\xfemember_id,x"),
    "quotation mark not closed": _member("malformed-csv", "m4,BE", '"m4,BE', None, None),
    "too many cells": _member("too-many-cells", "m4,BE,4000,support,,,no,no,nl,,,,,,yes,yes,yes,,", "m4,BE,4000,support,,,no,no,nl,,,,,,yes,yes,yes,,,surplus", 5, None),
    # edition.toml
    "edition not TOML": BadEdition("edition.toml", "malformed-toml", 'name = "x'),
    "edition nested too deeply": BadEdition("edition.toml", "malformed-toml", "name = " + "[" * 5000),
    "number of far too many digits": BadEdition("edition.toml", "malformed-toml", "name = " + "1" * 5000),
    "key given twice": BadEdition("edition.toml", "malformed-toml", 'name = "x"\nname = "y"\n'),
    "edition without a name": _toml("missing-key", 'name = "2026-2027"\n', "", "name"),
    "edition name is no text": _toml("not-text", '"2026-2027"', "2026", "name", "2026"),
    "edition name is blank": _toml("not-text", '"2026-2027"', '" "', "name"),
    "edition without themes": BadEdition("edition.toml", "no-theme", 'name = "x"\n', None, "themes"),
    "unknown section": _toml("unknown-key", "[places]", "[place]", "place"),
    "unknown rule": _toml("unknown-key", "travel_km", "travel_kms", "rules.travel_kms", "30.0"),
    "unknown theme key": _toml("unknown-key", "countries =", "country =", "themes[1].country"),
    "size_min above size_max": _toml("invalid-value", "size_min = 2, size_max = 4", "size_min = 5, size_max = 4", "rules.local"),
    "size_min of zero": _toml("out-of-range", "size_min = 2, size_max = 4", "size_min = 0, size_max = 4", "rules.local.size_min", "0"),
    "size_max is a text": _toml("not-a-whole-number", "size_max = 4", 'size_max = "many"', "rules.local.size_max", "many"),
    "size_max is no whole number": _toml("not-a-whole-number", "size_max = 4", "size_max = 4.5", "rules.local.size_max", "4.5"),
    "travel below zero": _toml("out-of-range", "travel_km = 30.0", "travel_km = -1", "rules.travel_km", "-1"),
    "travel is a text": _toml("not-a-number", "travel_km = 30.0", 'travel_km = "far"', "rules.travel_km", "far"),
    "travel is true": _toml("not-a-number", "travel_km = 30.0", "travel_km = true", "rules.travel_km", "True"),
    "size_min is a text of digits": _toml("not-a-whole-number", "size_min = 2, size_max = 4", 'size_min = "2", size_max = 4', "rules.local.size_min", "2"),
    "size_min is true": _toml("not-a-whole-number", "size_min = 2, size_max = 4", "size_min = true, size_max = 4", "rules.local.size_min", "True"),
    "misspelt size": _toml("unknown-key", "size_min = 2, size_max = 4", "size_mn = 2, size_max = 4", "rules.local.size_mn", "2"),
    "title is a number": _toml("not-a-table", 'title = { nl = "Begeleiding", fr = "Accompagnement", en = "Support" }', "title = 5", "themes[0].title", "5"),
    "title in one language is a number": _toml("not-text", '"Accompagnement"', "5", "themes[0].title.fr", "5"),
    "theme is no table": BadEdition("edition.toml", "not-a-table", 'name = "x"\nthemes = ["support", "sharing"]\n', None, "themes[0]", "support"),
    "towns lists a number": _toml("not-text", 'towns = "members"', "towns = [4000]", "places.towns.0", "4000"),
    "towns is a number": _toml("unknown-word", 'towns = "members"', "towns = 4000", "places.towns", "4000"),
    "travel is not finite": _toml("not-a-number", "travel_km = 30.0", "travel_km = nan", "rules.travel_km"),
    "rules is no table": _toml("not-a-table", "[rules]", "[[rules]]", "rules"),
    "offices is no yes or no": _toml("not-true-or-false", "offices = true", 'offices = "perhaps"', "places.offices", "perhaps"),
    "towns is an unknown word": _toml("unknown-word", 'towns = "members"', 'towns = "some"', "places.towns", "some"),
    "towns lists no town": _toml("invalid-value", 'towns = "members"', 'towns = ["Paris"]', "places.towns"),
    "towns lists an unknown postcode": _toml("unknown-postcode", 'towns = "members"', 'towns = ["FR-00000"]', "places.towns", "00000"),
    "rank_points empty": _toml("empty-list", "[100, 80, 60]", "[]", "score.rank_points"),
    "rank_points below zero": _toml("out-of-range", "[100, 80, 60]", "[100, -80]", "score.rank_points.1", "-80"),
    "rank_points with 4 decimals": _toml("invalid-value", "[100, 80, 60]", "[100.0001]", "score.rank_points"),
    "km_points below zero": _toml("out-of-range", "km_points = 0.5", "km_points = -0.5", "score.km_points", "-0.5"),
    "theme without id": _toml("missing-key", 'id = "sharing"\n', "", "themes[1].id"),
    "theme id with a space": _toml("malformed-id", '"sharing"', '"sharing economy"', "themes[1].id", "sharing economy"),
    "theme id twice": _toml("duplicate-theme", 'id = "sharing"', 'id = "support"', "themes.id", "support"),
    "theme in an unknown country": _toml("unknown-word", '["FR"]', '["NL"]', "themes[1].countries.0", "NL"),
    "theme in no country": _toml("invalid-value", '["FR"]', "[]", "themes[1].countries"),
    "theme with an unknown track": _toml("unknown-word", '["local"]', '["phone"]', "themes[1].tracks.0", "phone"),
    "theme with no track": _toml("invalid-value", '["local"]', "[]", "themes[1].tracks"),
    "groups_min above groups_max": _toml("invalid-value", 'tracks = ["local"]', "groups_min = 3\ngroups_max = 2", "themes[1]"),
    "theme rules contradict": _toml("theme-rules-contradict", 'tracks = ["local"]', THEME_RULES + "local = { size_min = 9 }", "themes.sharing.rules.local"),
    "unknown theme rule": _toml("unknown-key", 'tracks = ["local"]', THEME_RULES + "travel = 3", "themes[1].rules.travel", "3"),
    "more roles than seats": _toml("more-roles-than-seats", "travel_km = 30.0", "moderators = 3\nsecretaries = 3", "themes.support.rules.local.size_max", "4"),
    "moderators below zero": _toml("out-of-range", "travel_km = 30.0", "moderators = -1", "rules.moderators", "-1"),
    "groups_per_member of zero": _toml("out-of-range", "travel_km = 30.0", "groups_per_member = 0", "rules.groups_per_member", "0"),
    # members.csv
    "member_id column missing": _member("missing-column", "member_id,", "person,", 1, "member_id"),
    "postcode column missing": _member("missing-column", ",postcode,", ",area,", 1, "postcode"),
    "no theme column": _member("missing-column", "theme_1,theme_2", "first,second", 1, "theme_1"),
    "column twice": _member("duplicate-column", "theme_2", "theme_1", 1, "theme_1"),
    "member_id empty": _member("empty-cell", "m4,BE", ",BE", 5, "member_id", ""),
    "member_id twice": _member("duplicate-member", "m4,BE", "m3,BE", 5, "member_id", "m3"),
    "member_id with a space": _member("malformed-id", "m4,BE", "m 4,BE", 5, "member_id", "m 4"),
    "country empty": _member("empty-cell", "m4,BE", "m4,", 5, "country", ""),
    "country unknown": _member("unknown-country", "m4,BE", "m4,NL", 5, "country", "NL"),
    "postcode empty": _member("empty-cell", "m4,BE,4000", "m4,BE,", 5, "postcode", ""),
    "postcode unknown": _member("unknown-postcode", "m4,BE,4000", "m4,BE,0000", 5, "postcode", "0000"),
    "postcode lost its zero": _member("unknown-postcode", "f1,FR,59000", "f1,FR,1000", 6, "postcode", "1000"),
    "postcode of the other country": _member("unknown-postcode", "m4,BE,4000", "m4,BE,75011", 5, "postcode", "75011"),
    "no theme ranked": _member("no-theme-ranked", "m4,BE,4000,support", "m4,BE,4000,", 5, "theme_1", ""),
    "theme unknown": _member("unknown-theme", "m4,BE,4000,support", "m4,BE,4000,suport", 5, "theme_1", "suport"),
    "theme ranked twice": _member("theme-twice", "m4,BE,4000,support,", "m4,BE,4000,support,support", 5, "theme_2", "support"),
    "rank left out": _member("rank-left-out", "m4,BE,4000,support,", "m4,BE,4000,,support", 5, "theme_1", ""),
    "office unknown": _member("unknown-office", "sharing,support,lille", "sharing,support,lile", 6, "office", "lile"),
    "yes or no expected": _member("not-yes-or-no", "m4,BE,4000,support,,,no,no", "m4,BE,4000,support,,,maybe,no", 5, "moderator", "maybe"),
    "latitude alone": _member("half-a-position", "50.63,3.06", "50.63,", 7, "longitude", ""),
    "longitude alone": _member("half-a-position", "50.63,3.06", ",3.06", 7, "latitude", ""),
    "latitude with underscores": _member("not-a-number", "50.63,3.06", "5_0.63,3.06", 7, "latitude", "5_0.63"),
    "latitude is not finite": _member("not-a-number", "50.63,3.06", "inf,3.06", 7, "latitude", "inf"),
    "languages with a slash": _member("malformed-language", "fr nl,tue", "fr/nl,tue", 3, "languages", "fr/nl"),
    "language is a number": _member("malformed-language", "fr nl,tue", "2,tue", 3, "languages", "2"),
    "theme with a space": _member("unknown-theme", "m4,BE,4000,support", "m4,BE,4000,sup port er", 5, "theme_1", "sup port er"),
    "a rank's column missing": _member("missing-column", "theme_2", "theme_3", 1, "theme_2"),
    "member twice, once unreadable": _member("duplicate-member", "m4,BE,4000", "m3,BE,", 5, "member_id", "m3"),
    "latitude with two commas": _member("not-a-number", "50.63,3.06", '"50,6,3",3.06', 7, "latitude", "50,6,3"),
    "latitude out of range": _member("out-of-range", "50.63,3.06", "150.63,3.06", 7, "latitude", "150.63"),
    "longitude is a text": _member("not-a-number", "50.63,3.06", "50.63,east", 7, "longitude", "east"),
    "together with oneself": _member("together-with-oneself", ",,,m1,,,,yes", ",,,m3,,,,yes", 4, "together", "m3"),
    "together with an unknown member": _member("unknown-member", ",,,m1,,,,yes", ",,,m9,,,,yes", 4, "together", "m9"),
    "together with an ineligible member": _member("together-with-ineligible", ",,,m1,,,,yes", ",,,n1,,,,yes", 4, "together", "n1"),
    "together without a common theme": _member("together-impossible", ",,,m1,,,,yes", ",,,f2,,,,yes", 4, "together", "f2"),
    "together without a common language": _member("together-impossible", "no,no,nl,,,,", "no,no,nl,,m1,,", 5, "together", "m1"),
    "together and apart at once": _member("together-and-apart", ",,,m1,,,,yes", ",,,m1,m1,,,yes", 4, "apart", "m1"),
    "together and apart through another": _member("together-and-apart", "tue-evening,,m4,", "tue-evening,m1,m3,", 3, "apart", "m3"),
    "apart from oneself": _member("apart-with-oneself", "tue-evening,,m4", "tue-evening,,m2", 3, "apart", "m2"),
    "apart from an unknown member": _member("unknown-member", "tue-evening,,m4", "tue-evening,,m8", 3, "apart", "m8"),
    # offices.csv
    "office_id column missing": _office("missing-column", "office_id", "number_of_it", 1, "office_id"),
    "office twice": _office("duplicate-office", "lille,Lille", "liege,Lille", 3, "office_id", "liege"),
    "office called like a town": _office("office-called-like-a-town", "lille,Lille", "FR-59000,Lille", 3, "office_id", "FR-59000"),
    "office postcode unknown": _office("unknown-postcode", "FR,59000", "FR,00000", 3, "postcode", "00000"),
    "office country unknown": _office("unknown-country", "FR,59000", "DE,59000", 3, "country", "DE"),
    "office rooms in halves": _office("not-a-whole-number", "4000,3", "4000,3.5", 2, "rooms", "3.5"),
    "office rooms below zero": _office("out-of-range", "4000,3", "4000,-1", 2, "rooms", "-1"),
    "offices not UTF-8": BadEdition("offices.csv", "not-utf8", "office_id,name\nliège".encode() + b"\xe8"),
    "offices file is a folder": BadEdition("offices.csv", "not-a-file", FOLDER),
    "office rooms no number": _office("not-a-number", "4000,3", "4000,three", 2, "rooms", "three"),
    "offices file empty": BadEdition("offices.csv", "empty-file", ""),
    # pins.csv
    "pin of an unknown member": _pin("unknown-member", "m9,support,local,liege,,", "member_id", "m9"),
    "pin of an ineligible member": _pin("pin-of-ineligible", "n1,support,local,liege,,", "member_id", "n1"),
    "pin to an unknown theme": _pin("unknown-theme", "m1,none,local,liege,,", "theme", "none"),
    "pin to a theme not ranked": _pin("pin-not-ranked", "m1,sharing,local,liege,,", "member_id", "m1"),
    "pin to an unknown track": _pin("unknown-word", "m1,support,phone,liege,,", "track", "phone"),
    "pin to a track the theme lacks": _pin("track-not-allowed", "f2,sharing,video,,,", "track", "video"),
    "pin to a track not accepted": _pin("pin-track-not-accepted", "f1,support,video,,,", "member_id", "f1"),
    "pin to an unknown place": _pin("unknown-place", "m1,support,local,nowhere,,", "place", "nowhere"),
    "pin without a place": _pin("place-missing", "m1,support,local,,,", "place", ""),
    "pin by video with a place": _pin("place-of-video", "m1,support,video,liege,,", "place", "liege"),
    "pin too far from home": _pin("pin-too-far", "m1,support,local,lille,,", "place", "lille"),
    "pin to an unknown town": _pin("unknown-postcode", "m1,support,local,BE-0000,,", "place", "0000"),
    "pin with a member who lives too far": _pin("pin-too-far", "m1,support,local,liege,,f1", "place", "liege"),
    "pin with an ineligible member": _pin("pin-of-ineligible", "m1,support,local,liege,,n1", "with_members", "n1"),
    "pins file is a folder": BadEdition("pins.csv", "not-a-file", FOLDER),
    "pin column missing": BadEdition("pins.csv", "missing-column", ("theme,track", "about,track"), 1, "theme"),
    "pin to a role not volunteered for": _pin("pin-not-a-volunteer", "m1,support,local,liege,secretary,", "role", "secretary"),
    "pin to an unknown role": _pin("unknown-word", "m1,support,local,liege,chair,", "role", "chair"),
    "pin with an unknown member": _pin("unknown-member", "m1,support,local,liege,,m9", "with_members", "m9"),
    "pin with oneself": _pin("company-of-oneself", "m1,support,local,liege,,m1", "with_members", "m1"),
    "pin with who must be apart": _pin("company-apart", "m2,support,local,liege,,m4", "with_members", "m4"),
    "pin twice": _pin("duplicate-pin", "m1,support,local,liege,,\nm1,support,local,liege,,", "member_id", "m1", 3),
    "pins contradict": _pin("pins-contradict", "m1,support,local,liege,,\nm1,support,video,,,", "member_id", "m1", 3),
    "pins of two who belong together": _pin("pins-contradict", "m1,support,local,liege,,\nm3,support,video,,,", "member_id", "m3", 3),
    "too many pins": _pin("too-many-pins", "f1,support,local,lille,,\nf1,sharing,local,lille,,", "member_id", "f1", 3),
}  # fmt: skip


def write_edition(folder: Path, bad: BadEdition | None = None) -> Path:
    """Write the good edition, with one mistake if given; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in GOOD.items():
        path = folder / name
        content: object = text
        if bad is not None and bad.file == name:
            content = bad.change
            if isinstance(bad.change, tuple):
                old, new = bad.change
                assert old in text, f"{old!r} is not in {name}"
                content = text.replace(old, new, 1)
        if content is FOLDER:
            path.mkdir()
        elif isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
    return folder
