"""The form's questions and options in French, Dutch and English, and in two languages at once.

Comes in: a key of a question or option and a language. Goes out: its text on the form.
"""

import tomllib
from collections.abc import Mapping

from exports.answers import EDITION_TOML, OFFICE_COUNTRY, OFFICE_NAME

LANGUAGES = ("fr", "nl", "en")
BILINGUAL = "fr-nl"

_QUESTIONS: Mapping[str, tuple[str, str, str]] = {
    "number": ("Votre numéro de membre", "Uw lidnummer", "Your member number"),
    "name": ("Nom et prénom", "Naam en voornaam", "Name"),
    "email": ("Votre adresse e-mail", "Uw e-mailadres", "Your e-mail address"),
    "birth_year": ("Année de naissance", "Geboortejaar", "Year of birth"),
    "country": (
        "Dans quel pays êtes-vous sociétaire ?",
        "In welk land bent u vennoot?",
        "In which country are you a cooperator?",
    ),
    "home_country": (
        "Dans quel pays habitez-vous ?",
        "In welk land woont u?",
        "In which country do you live?",
    ),
    "postcode": (
        "Code postal de votre domicile",
        "Postcode van uw woonplaats",
        "Postcode of your home",
    ),
    "work_postcode": (
        "Code postal de votre lieu de travail",
        "Postcode van uw werkplek",
        "Postcode of your workplace",
    ),
    "themes": (
        "Classez les thèmes, du préféré au moins aimé",
        "Rangschik de thema's, het liefste eerst",
        "Rank the themes, best first",
    ),
    "office_be": (
        "Si vous êtes en Belgique : votre bureau ?",
        "Als u in België bent: uw kantoor?",
        "If you are in Belgium: your office?",
    ),
    "office_fr": (
        "Si vous êtes en France : votre bureau ?",
        "Als u in Frankrijk bent: uw kantoor?",
        "If you are in France: your office?",
    ),
    "meeting": (
        "Comment souhaitez-vous vous réunir ?",
        "Hoe wilt u vergaderen?",
        "How would you like to meet?",
    ),
    "role": (
        "Quel rôle prendriez-vous dans le groupe ?",
        "Welke rol zou u in de groep opnemen?",
        "Which role would you take in the group?",
    ),
    "languages": (
        "Dans quelles langues pouvez-vous travailler ?",
        "In welke talen kunt u werken?",
        "In which languages can you work?",
    ),
    "slots": (
        "Quand êtes-vous libre (jour, moment) ?",
        "Wanneer bent u vrij (dag, moment)?",
        "When are you free (day, part of the day)?",
    ),
    "cooperator": (
        "Êtes-vous sociétaire de la coopérative ?",
        "Bent u vennoot van de coöperatie?",
        "Are you a cooperator?",
    ),
    "commits": (
        "Vous engagez-vous pour toute la période, de décembre à avril ?",
        "Verbindt u zich voor de hele periode, van december tot april?",
        "Do you commit for the whole period, December to April?",
    ),
    "experienced": (
        "Avez-vous participé à une édition précédente ?",
        "Nam u deel aan een vorige editie?",
        "Did you take part in an earlier edition?",
    ),
    "share_contact": (
        "Vos coordonnées peuvent-elles être transmises aux membres de votre groupe ?",
        "Mogen uw contactgegevens aan de leden van uw groep worden gegeven?",
        "May your contact details be given to the members of your group?",
    ),
    "consent": (
        "J'accepte que mes données soient traitées pour former les groupes",
        "Ik ga ermee akkoord dat mijn gegevens worden verwerkt om groepen te vormen",
        "I agree that my data are processed to form the groups",
    ),
    "newsletter": (
        "Voulez-vous recevoir la lettre d'information ?",
        "Wilt u de nieuwsbrief ontvangen?",
        "Would you like to receive the newsletter?",
    ),
    "remarks": ("Remarques", "Opmerkingen", "Remarks"),
}

_OPTIONS: Mapping[str, tuple[str, str, str]] = {
    "yes": ("Oui", "Ja", "Yes"),
    "no": ("Non", "Nee", "No"),
    "commits.yes": ("Oui, je m'engage", "Ja, ik doe mee", "Yes, I commit"),
    "commits.no": ("Non, pas cette année", "Nee, dit jaar niet", "No, not this year"),
    "consent": ("J'accepte", "Akkoord", "I agree"),
    "country.BE": ("Belgique", "België", "Belgium"),
    "country.FR": ("France", "Frankrijk", "France"),
    "meeting.local": ("En présentiel", "Op locatie", "In person"),
    "meeting.video": ("Par vidéo", "Via video", "By video"),
    "meeting.both": ("Les deux", "Beide", "Both"),
    "role.none": (
        "Aucun, je participe simplement",
        "Geen, ik neem gewoon deel",
        "None, I simply take part",
    ),
    # The comma is what several answers in one cell are joined by, too.
    "role.moderator": (
        "Modération (animer, donner la parole)",
        "Moderator (leiden, het woord geven)",
        "Moderator (lead, give the floor)",
    ),
    "role.secretary": (
        "Secrétariat (noter, résumer)",
        "Secretaris (noteren, samenvatten)",
        "Secretary (note, sum up)",
    ),
    "role.both": ("Les deux", "Beide", "Either of them"),
    "role.moderator-only": (
        "Uniquement la modération",
        "Enkel als moderator",
        "Moderator only",
    ),
    "office.none": ("Aucun bureau", "Geen kantoor", "No office"),
    "language.fr": ("Français", "Frans", "French"),
    "language.nl": ("Néerlandais", "Nederlands", "Dutch"),
    "language.en": ("Anglais", "Engels", "English"),
    "slot.tue-evening": ("Mardi soir", "Dinsdagavond", "Tuesday evening"),
    "slot.thu-evening": ("Jeudi soir", "Donderdagavond", "Thursday evening"),
    "slot.wed-afternoon": ("Mercredi après-midi", "Woensdagnamiddag", "Wednesday afternoon"),
    "slot.sat-morning": ("Samedi matin", "Zaterdagochtend", "Saturday morning"),
    "rank.1": ("1er choix", "1e keuze", "1st choice"),
    "rank.2": ("2e choix", "2e keuze", "2nd choice"),
    "rank.3": ("3e choix", "3e keuze", "3rd choice"),
}

THEMES: tuple[str, ...] = tuple(theme["id"] for theme in tomllib.loads(EDITION_TOML)["themes"])
_TITLES = {theme["id"]: theme["title"] for theme in tomllib.loads(EDITION_TOML)["themes"]}
SLOTS = ("tue-evening", "thu-evening", "wed-afternoon", "sat-morning")
SPOKEN = ("fr", "nl", "en")
ROLES = ("none", "moderator", "secretary", "both", "moderator-only")
MEETINGS = ("local", "video", "both")
RANKS = (1, 2, 3)


def question(key: str, language: str) -> str:
    """Return the title of a question."""
    return _said(_QUESTIONS[key], language)


def option(key: str, language: str) -> str:
    """Return the text of an option."""
    return _said(_OPTIONS[key], language)


def title(theme: str, language: str) -> str:
    """Return the title of a theme."""
    titles = _TITLES[theme]
    return _said((titles["fr"], titles["nl"], titles["en"]), language)


def yes_no(answer: bool, language: str) -> str:
    """Return Yes or No."""
    return option("yes" if answer else "no", language)


def office(office_id: str, country: str, asked: str, language: str) -> str:
    """Return the answer to the question for the office in the country `asked`.

    Who has an office in the other country leaves it blank; who has none says so once.
    """
    if office_id:
        return OFFICE_NAME[office_id] if OFFICE_COUNTRY[office_id] == asked else ""
    return option("office.none", language) if country == asked else ""


def _said(texts: tuple[str, str, str], language: str) -> str:
    if language == BILINGUAL:
        french, dutch, _ = texts
        return french if french == dutch else f"{french} / {dutch}"
    return texts[LANGUAGES.index(language)]
