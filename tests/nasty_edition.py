"""An edition full of texts that break pages, tables and templates where they are not taken as text.

Comes in: `nasty.NASTY`, and more. Goes out: `nasty_edition`, in which they are names, addresses, titles,
names of offices, further columns and, where the file contract allows it, ids; a valid grouping of it.
"""

from grouping_builder import GroupWanted, build_grouping
from nasty import NASTY
from pydantic import ValidationError

from sip_grouping.edition import Edition
from sip_grouping.edition.records import (
    Location,
    Member,
    Office,
    Places,
    Rules,
    SizeLimits,
    Theme,
)
from sip_grouping.grouping import Grouping
from sip_grouping.text import cleaned

MARKUP = (
    "<script>window.ran=1</script>",
    "</script><script>window.ran=2</script>",
    "<img/src=x/onerror=window.ran=3>",
    '"><img src=x onerror="window.ran=4">',
    "'><svg/onload=window.ran=5>",
    "</style><script>window.ran=6</script>",
    "</title><script>window.ran=7</script>",
    "</svg><script>window.ran=8</script>",
    "<!--<script>window.ran=9</script>-->",
    "--><script>window.ran=10</script>",
    "]]><script>window.ran=11</script>",
    "<![CDATA[<script>window.ran=12</script>]]>",
    "javascript:window.ran=13",
    '<a href="javascript:window.ran=14">x</a>',
    "<iframe srcdoc='<script>parent.ran=15</script>'>",
    '" onmouseover="window.ran=16" x="',
    "' autofocus onfocus='window.ran=17",
    "`onmouseover=window.ran=18`",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=x>",
    "<math><mtext></mtext><script>window.ran=19</script></math>",
    "{{ 7 * 7 }}",
    "{{ self.__init__.__globals__ }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{# hidden #}",
    "${7*7}",
    "<%= 7 * 7 %>",
    "#{7*7}",
    "{0} {name} {braces",
    "%s %d %(name)s %n",
    "$\\frac{1}{2}$ and $x_",
    "\\input{/etc/passwd}",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+SUM(A1:A9)",
    "-2+3",
    "@SUM(1)",
    "&lt;b&gt; &amp;amp; &#60;script&#62;",
    "&",
    "a & b < c > d",
    "\"double\" 'single' `back`",
    "Zoë d'Été «œuvre» ñ ß Łódź",
    "\u202eright to left\u202c",
    "\u200fשלום\u200f עולם",  # noqa: RUF001
    "مرحبا بالعالم",
    "日本語の名前",
    "👩‍👩‍👧‍👦 🇧🇪 💥",
    "e\u0301 combined",
    "zero\u200bwidth\ufeff",
    "_starts with underscore",
    "line one\nline two",
    "tab\tinside",
    "'; DROP TABLE members; --",
    "../../etc/passwd",
    "C:\\con\\aux",
    "x" * 400,
    "null",
    "__proto__",
    "0",
    "!important",
    ":root{--ink:red}",
    "\\3c script\\3e",
)
TEXTS = tuple(dict.fromkeys(cleaned(text) or "x" for text in (*MARKUP, *NASTY)))
_PER_GROUP = 5
_LANGUAGES = ("nl", "fr", "en")


def _allowed(kind: type[Member] | type[Office], field: str, text: str, fallback: str) -> str:
    """Return a text where it may be an id of this kind, else another."""
    given: dict[str, object] = {"country": "BE", "postcode": "1000", field: text}
    if kind is Member:
        given["themes"] = ("a",)
    try:
        return str(getattr(kind.model_validate(given), field))
    except ValidationError:
        return fallback


def nasty_edition() -> Edition:
    """Return an edition in which every nasty text is a name, an address and a column of some member."""
    size = len(TEXTS) // _PER_GROUP
    themes = [
        Theme(
            id=f"t{number}",
            title={
                language: TEXTS[(3 * number + shift) % len(TEXTS)]
                for shift, language in enumerate(_LANGUAGES)
            },
        )
        for number in range(size)
    ]
    ids = [
        text for text in TEXTS if _allowed(Office, "office_id", text, "") == text and text != "0"
    ]
    offices = [
        Office(
            office_id=ids[number] if number < len(ids) else f"office{number}",
            name=TEXTS[(3 * number + 35) % len(TEXTS)],
            country="BE",
            postcode="1000",
            latitude=50.85 + number / 10,
            longitude=4.35 + number / 8,
        )
        for number in range(size)
    ]
    members = [
        Member(
            member_id=_allowed(Member, "member_id", text, f"m{number}"),
            country="BE",
            postcode="1000",
            themes=(f"t{min(number // _PER_GROUP, size - 1)}",),
            name=text,
            email=f"{text}@nasty.example",
            languages=("fr",),
            slots=("<i>y</i>",),
            moderator=True,
            secretary=True,
            latitude=offices[min(number // _PER_GROUP, size - 1)].latitude,
            longitude=offices[min(number // _PER_GROUP, size - 1)].longitude,
            extra={text: text},
        )
        for number, text in enumerate(TEXTS)
    ]
    limits = SizeLimits(size_min=2, size_max=20)
    return Edition(
        name=TEXTS[0],
        themes=tuple(themes),
        offices=tuple(offices),
        members=tuple(members),
        rules=Rules(local=limits, video=limits, shared_slot=True),
        places=Places(towns="none"),
        locations=(Location(country="BE", postcode="1000", latitude=50.85, longitude=4.35),),
    )


def nasty_grouping(edition: Edition) -> Grouping:
    """Return a grouping of it: a group per theme, every third by video, one of five members without."""
    groups: list[GroupWanted] = []
    for number, theme in enumerate(edition.themes):
        own = [one.member_id for one in edition.members if one.themes == (theme.id,)]
        group: GroupWanted = {
            "theme": theme.id,
            "members": own[:-1],
            "moderators": own[:1],
            "secretaries": own[1:2],
            "language": "fr",
            "slot": "<i>y</i>",
        }
        if number % 3 == 2:
            group["track"] = "video"
        else:
            group["track"] = "local"
            group["place"] = edition.offices[number].office_id
        groups.append(group)
    return build_grouping(edition, groups)
