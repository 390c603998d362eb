"""What 35 synthetic members answered to one form, and what else such a form receives.

Comes in: answers.csv. Goes out: the edition that the form belongs to, the answers that a perfect reader
ends with (`EXPECTED`), and `SUBMISSIONS`: the same as they were sent, with earlier versions, drafts
and tests between them. Nobody here exists; all addresses are of example.org.
"""

import csv
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, cast

EDITION_TOML = """\
name = "2026-2027"
[rules]
local = { size_min = 3, size_max = 8 }
video = { size_min = 3, size_max = 12 }
[[themes]]
id = "support"
title = { nl = "Begeleiding, van project tot werk", fr = "Accompagnement, du projet à l'emploi", \
en = "Support, from project to work" }
[[themes]]
id = "crisis"
title = { nl = "Na de gezondheidscrisis", fr = "Après la crise sanitaire", \
en = "After the health crisis" }
[[themes]]
id = "gender"
title = { nl = "Gendergelijkheid", fr = "Égalité de genre", en = "Gender equality" }
[[themes]]
id = "time"
title = { nl = "Werktijd; recht op deconnectie", fr = "Temps de travail ; droit à la déconnexion", \
en = "Working time; right to disconnect" }
[[themes]]
id = "sharing"
title = { nl = "Deeleconomie: platformen, commons, wij", \
fr = "Économie du partage : plateformes, communs, nous", \
en = "Sharing economy: platforms, commons, us" }
countries = ["FR"]
[[themes]]
id = "status"
title = { nl = "Statuut van de kunstenaar", fr = "Statut de l'artiste", en = "Status of the artist" }
countries = ["BE"]
"""

OFFICES_CSV = """\
office_id,name,country,postcode
bruxelles,Bruxelles,BE,1060
liege,Liège,BE,4000
gent,Gent,BE,9000
mons,Mons,BE,7000
lille,Lille,FR,59000
paris,Paris,FR,75011
lyon,Lyon,FR,69007
nice,Nice,FR,06000
bourg,Bourg-en-Bresse,FR,01000
"""

Role = Literal["none", "moderator", "secretary", "both", "moderator-only"]
Meeting = Literal["local", "video", "both"]
Kind = Literal["answer", "earlier", "draft", "test"]


@dataclass(frozen=True)
class Answer:
    """What one member means, in the words of the file contract; lists in order."""

    member_id: str
    name: str
    email: str
    country: str
    home_country: str
    postcode: str
    themes: tuple[str, ...]
    office: str
    meeting: Meeting
    role: Role
    languages: tuple[str, ...]
    slots: tuple[str, ...]
    cooperator: bool
    commits: bool
    experienced: bool
    share_contact: bool

    @property
    def lives_in(self) -> str:
        """Country of the postcode."""
        return self.home_country or self.country


@dataclass(frozen=True)
class Expected:
    """One member of the edition that the form's answers make: the fields of members.csv."""

    member_id: str
    name: str
    email: str
    country: str
    home_country: str
    postcode: str
    themes: tuple[str, ...]
    cooperator: bool
    commits: bool
    office: str
    moderator: Literal["yes", "no", "only"]
    secretary: Literal["yes", "no", "only"]
    experienced: bool
    local: bool
    video: bool
    languages: tuple[str, ...]
    slots: tuple[str, ...]
    share_contact: bool


@dataclass(frozen=True)
class Submission:
    """One row that the form received.

    `typed_*` is what the member wrote in a free field instead of the plain value.
    """

    answer: Answer
    started: datetime
    sent: datetime
    kind: Kind
    language: str
    birth_year: int
    work_postcode: str
    newsletter: bool
    remarks: str
    typed_postcode: str
    typed_email: str


_REMARKS = (
    "",
    "",
    'Comme l\'an dernier : "avec plaisir", si possible près de la gare.',
    "Geen.",
    "Deux points :\n- pas le lundi ;\n- pas avant 18 h, merci",
    "",
    "= même réponse qu'en septembre",
)
_LANGUAGE = {"nl": "nl", "fr": "fr"}


def _answer(row: dict[str, str]) -> Answer:
    return Answer(
        member_id=row["member_id"],
        name=row["name"],
        email=row["email"],
        country=row["country"],
        home_country=row["home_country"],
        postcode=row["postcode"],
        themes=tuple(row["themes"].split()),
        office=row["office"],
        meeting=cast("Meeting", row["meeting"]),  # a test holds the words
        role=cast("Role", row["role"]),
        languages=tuple(row["languages"].split()),
        slots=tuple(row["slots"].split()),
        cooperator=row["cooperator"] == "yes",
        commits=row["commits"] == "yes",
        experienced=row["experienced"] == "yes",
        share_contact=row["share_contact"] == "yes",
    )


def expected_of(answer: Answer) -> Expected:
    """Return the member that an answer makes."""
    moderator: Literal["yes", "no", "only"] = (
        "only"
        if answer.role == "moderator-only"
        else ("yes" if answer.role in {"moderator", "both"} else "no")
    )
    return Expected(
        member_id=answer.member_id,
        name=answer.name,
        email=answer.email,
        country=answer.country,
        home_country=answer.home_country,
        postcode=answer.postcode,
        themes=answer.themes,
        cooperator=answer.cooperator,
        commits=answer.commits,
        office=answer.office,
        moderator=moderator,
        secretary="yes" if answer.role in {"secretary", "both"} else "no",
        experienced=answer.experienced,
        local=answer.meeting != "video",
        video=answer.meeting != "local",
        languages=tuple(sorted(answer.languages)),
        slots=tuple(sorted(answer.slots)),
        share_contact=answer.share_contact,
    )


with (Path(__file__).parent / "answers.csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
ANSWERS: tuple[Answer, ...] = tuple(map(_answer, _ROWS))
EXPECTED: tuple[Expected, ...] = tuple(map(expected_of, ANSWERS))
OFFICE_COUNTRY = {
    row["office_id"]: row["country"] for row in csv.DictReader(OFFICES_CSV.splitlines())
}
OFFICE_NAME = {row["office_id"]: row["name"] for row in csv.DictReader(OFFICES_CSV.splitlines())}


def _submission(number: int, answer: Answer, typed: str) -> Submission:
    # Towards the end of September, so that some dates of October sort before them as texts.
    sent = datetime.fromisoformat("2026-09-21 08:05:30") + number * timedelta(hours=7, minutes=11)
    return Submission(
        answer=answer,
        started=sent - timedelta(minutes=4 + number % 9, seconds=number),
        sent=sent,
        kind="answer",
        language=_LANGUAGE[answer.languages[0]],
        birth_year=1961 + number * 7 % 40,
        work_postcode="1000" if answer.country == "BE" else "75010",
        newsletter=number % 3 == 0,
        remarks=_REMARKS[number % len(_REMARKS)],
        typed_postcode=typed,
        typed_email=answer.email,
    )


def _submissions() -> tuple[Submission, ...]:
    """Return what was sent, in the order in which an export shows it: not quite that of time."""
    sent = [
        _submission(number, answer, row["typed_postcode"])
        for number, (answer, row) in enumerate(zip(ANSWERS, _ROWS, strict=True))
    ]
    # Three answered again. Of two the earlier version stands below the later one.
    again = replace(sent[1], sent=datetime.fromisoformat("2026-10-02 09:12:44"))
    sent[1] = replace(again, started=again.sent - timedelta(minutes=6))
    before_1 = replace(
        again,
        answer=replace(again.answer, themes=("crisis",), role="none", office=""),
        started=datetime.fromisoformat("2026-09-28 19:30:02"),
        sent=datetime.fromisoformat("2026-09-28 19:41:10"),
        kind="earlier",
        typed_email="Bram.Verkerke@Example.org",
    )
    day = "2026-10-01"
    sent[18] = replace(
        sent[18],
        started=datetime.fromisoformat(f"{day} 10:01:00"),
        sent=datetime.fromisoformat(f"{day} 10:07:00"),
    )
    before_18 = replace(
        sent[18],
        answer=replace(sent[18].answer, themes=("gender", "crisis"), meeting="video"),
        started=datetime.fromisoformat(f"{day} 09:02:00"),
        sent=datetime.fromisoformat(f"{day} 09:05:00"),
        kind="earlier",
        typed_email=" sebastien.guichard@example.org ",
    )
    before_27 = replace(
        sent[27],
        answer=replace(sent[27].answer, themes=("support",), commits=False),
        started=sent[27].started - timedelta(days=2),
        sent=sent[27].sent - timedelta(days=2),
        kind="earlier",
        typed_email="BERENICE.HAUDEBOURG@EXAMPLE.ORG",
    )
    nobody = replace(
        ANSWERS[0],
        member_id="999999",
        name="Test",
        email="test@example.org",
        themes=("support", "crisis", "gender"),
        role="both",
    )
    tests = [
        replace(
            _submission(-2 - number, replace(nobody, name=name, email=email), "1000"),
            kind="test",
        )
        for number, (name, email) in enumerate(
            [("TEST TEST", "test@example.org"), ("Essai Essai", "essai@example.org")]
        )
    ]
    # One who began and finished later, and one who began and never came back.
    began = replace(sent[21], started=sent[21].started - timedelta(days=1), kind="draft")
    left = replace(
        _submission(
            40,
            replace(
                ANSWERS[20],
                member_id="304299",
                name="Judicaël Pontrieux",
                email="judicael.pontrieux@example.org",
            ),
            "69002",
        ),
        kind="draft",
    )
    return (
        *reversed(tests),
        *sent[:12],
        before_1,
        *sent[12:20],
        before_18,
        began,
        *sent[20:26],
        before_27,
        *sent[26:],
        left,
    )


SUBMISSIONS: tuple[Submission, ...] = _submissions()
