"""What questions and answers of forms are about, by the beginnings of their words.

Comes in: a title or an option in Dutch, French or English. Goes out: the field it is about, the meaning of an
option. These are guesses for a mapping that a person confirms: no reader uses them by itself.
"""

from collections.abc import Iterable, Mapping

from sip_grouping.reading.words import NO, YES
from sip_grouping.text import tokens_of

# Each alternative is a set of beginnings that must all be among the words.
_Alternatives = tuple[tuple[str, ...], ...]

NOT_OF_THE_EDITION: _Alternatives = (
    ("donnees", "trait"), ("gegevens", "verwerk"), ("data", "process"), ("rgpd",), ("gdpr",), ("avg",),
    ("privacy",), ("vie", "privee"), ("lettre", "information"), ("newsletter",), ("nieuwsbrief",),
    ("naissance",), ("geboort",), ("birth",), ("conditions",), ("voorwaarden",),
)  # fmt: skip
AT_WORK: _Alternatives = (
    ("travail",),
    ("werkp",),
    ("werkadres",),
    ("work",),
    ("professionnel",),
    ("job",),
)
DRAFT: _Alternatives = (("brouillon",), ("draft",), ("concept",), ("klad",))
TIMES: Mapping[str, tuple[int, _Alternatives]] = {
    "changed": (4, (("modif",), ("wijzig",), ("derniere", "action"), ("last", "action"),
                    ("laatste", "actie"))),
    "ended": (3, (("fin",), ("achevement",), ("completed",), ("completion",), ("voltooi",), ("end", "time"),
                  ("ended",), ("submit",), ("soumission",), ("submission",), ("ingediend",), ("ingestuurd",),
                  ("inzend",))),
    "stamp": (2, (("horodat",), ("timestamp",), ("tijdstempel",), ("datestamp",))),
    "date": (1, (("date",), ("datum",), ("heure",), ("time",), ("tijd",))),
}  # fmt: skip
_HOME = ("habit", "resid", "domicil", "woon", "wonen", "live", "home", "thuis")
FIELDS: Mapping[str, _Alternatives] = {
    "member_id": (("num", "membre"), ("n", "membre"), ("lidnummer",), ("member", "number"), ("member", "id"),
                  ("num", "societaire"), ("vennootnummer",), ("nummer", "lid"), ("matricule",),
                  ("ledennummer",)),
    "name": (("nom", "prenom"), ("naam", "voornaam"), ("full", "name"),
             ("nom", "complet"), ("volledige", "naam")),
    "home_country": tuple((word, home) for word in ("pays", "land", "country") for home in _HOME),
    "country": (("pays",), ("land",), ("country",)),
    "postcode": (("code", "postal"), ("postcode",), ("postal",), ("zip",)),
    "languages": (("langue",), ("taal",), ("talen",), ("language",)),
    "slots": (("libre",), ("dispon",), ("creneau",), ("vrij",), ("beschikbaar",), ("moment",), ("free",),
              ("availab",), ("slot",)),
    "cooperator": (("societaire",), ("cooperat",), ("vennoot",)),
    "commits": (("engag",), ("verbind",), ("commit",)),
    "experienced": tuple(
        (part, before)
        for part in ("particip", "deel", "part", "meegedaan", "edition", "editie")
        for before in ("deja", "preced", "anter", "vorige", "eerder", "earlier", "before", "previous")
    ),
    "share_contact": (("coordonnees",), ("contactgegevens",), ("contact", "details"), ("contact", "share")),
    "moderator": (("moder",), ("anim",), ("gespreksleid",)),
    "secretary": (("secret",), ("verslag",), ("notul",), ("compte", "rendu"), ("minutes",),
                  ("prise", "notes")),
    "local": (("presentiel",), ("sur", "place"), ("ter", "plaatse"), ("op", "locatie"), ("in", "person"),
              ("fysiek",), ("lokaal",)),
    "video": (("video",), ("visio",), ("en", "ligne"), ("online",), ("distance",), ("afstand",)),
    "meeting": (("reunir",), ("vergader",), ("meet",), ("rencontr",), ("samenkom",)),
    "role": (("role",), ("rol",), ("fonction",), ("functie",)),
}  # fmt: skip
_LOCAL = (
    "presentiel",
    "place",
    "plaatse",
    "locatie",
    "fysiek",
    "person",
    "local",
    "lokaal",
    "locale",
)
_VIDEO = ("video", "visio", "ligne", "online", "distanc", "afstand", "remote", "zoom", "teams")
_BOTH = ("deux", "beide", "both", "either", "allebei", "indifferent", "importe")
_MODERATOR = ("moder", "anim", "gespreksleid", "facilit")
_SECRETARY = ("secret", "verslag", "notul", "minute", "rapport")
_ONLY = ("uniquement", "seulement", "enkel", "alleen", "only")
_NONE = ("aucun", "geen", "none", "neither", "no", "non", "nee", "simple", "gewoon")


def is_about(text: str, alternatives: _Alternatives) -> bool:
    """Return whether the words of a text begin with all of one alternative."""
    tokens = tokens_of(text)
    return any(all(_any(tokens, (stem,)) for stem in one) for one in alternatives)


def _any(tokens: Iterable[str], stems: Iterable[str]) -> bool:
    return any(token.startswith(stem) for token in tokens for stem in stems)


def meeting_of(option: str) -> str | None:
    """Return what an answer to "how would you meet" says: local, video, both; None: nothing certain."""
    tokens = tokens_of(option)
    local, video = _any(tokens, _LOCAL), _any(tokens, _VIDEO)
    if _any(tokens, _BOTH) or (local and video):
        return "both"
    return "local" if local else "video" if video else None


def role_of(option: str) -> str | None:
    """Return what an answer to "which role would you take" says; None: nothing certain."""
    tokens = tokens_of(option)
    moderator, secretary = _any(tokens, _MODERATOR), _any(tokens, _SECRETARY)
    if moderator and secretary:
        return None if _any(tokens, _ONLY) else "both"
    if moderator or secretary:
        role = "moderator" if moderator else "secretary"
        return f"{role} only" if _any(tokens, _ONLY) else role
    if _any(tokens, _BOTH):
        return "both"
    return "none" if tokens and tokens[0] in _NONE else None


def yes_no_of(option: str) -> str | None:
    """Return what an option says that begins with yes or no, such as ``Oui, je m'engage``."""
    tokens = tokens_of(option)
    if not tokens:
        return None
    first = tokens[0]
    if first in YES and len(first) > 1:
        return "yes"
    return "no" if first in NO and len(first) > 1 else None


def is_test(text: str) -> bool:
    """Return whether a name or the beginning of an address is one that people try a form with."""
    tokens = tokens_of(text.partition("@")[0])
    return bool(tokens) and set(tokens) <= {"test", "essai", "proef", "tester", "testje", "demo"}
