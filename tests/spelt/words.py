"""How people write what an edition holds, in three languages: from the contract, not from the reader."""

COUNTRIES = {
    "BE": ("BE", "be", "Belgique", "België", "Belgium", "Belgien", "Belgie", "BELGIQUE"),
    "FR": ("FR", "fr", "France", "Frankrijk", "Frankreich", "FRANCE", "frankrijk"),
    "DE": ("DE", "de", "Allemagne", "Duitsland", "Germany", "Deutschland"),
    "LU": ("LU", "Luxembourg", "Luxemburg", "luxembourg"),
}
IN_TWO_LANGUAGES = {"BE": "Belgique / België", "FR": "France / Frankrijk"}

YES = ("yes", "y", "oui", "o", "ja", "j", "true", "vrai", "waar", "1", "Oui / Ja", "yes/oui")
NO = ("no", "n", "non", "nee", "false", "faux", "onwaar", "0", "Non / Nee")
ONLY = ("only", "enkel", "alleen", "uniquement", "seulement")
MARKS = ("x", "X", "\u2713", "\u2714")

TRACKS = {
    "local": ("local", "lokaal", "présentiel", "En présentiel", "sur place", "ter plaatse"),
    "video": ("video", "vidéo", "Par vidéo", "via video", "en ligne", "online", "visio"),
}
ROLES = {
    "moderator": ("moderator", "modérateur", "Modératrice", "animateur"),
    "secretary": ("secretary", "secrétaire", "Secretaris", "verslaggever"),
    "member": ("member", "membre", "Lid", "participant"),
}

LANGUAGES = {
    "fr": ("français", "Frans", "French", "Französisch", "fr-BE", "fr_FR", "FR", "fra"),
    "nl": ("néerlandais", "Nederlands", "Dutch", "Niederländisch", "nl-BE", "NL", "nld"),
    "en": ("anglais", "Engels", "English", "Englisch", "en-GB", "eng"),
    "de": ("allemand", "Duits", "German", "Deutsch", "de-DE", "deu"),
    "it": ("italien", "Italiaans", "Italian", "Italienisch", "italiano", "ita"),
    "es": ("espagnol", "Spaans", "Spanish", "Spanisch", "español", "spa"),
    "pt": ("portugais", "Portugees", "Portuguese", "Portugiesisch", "português", "pt-BR"),
    "ar": ("arabe", "Arabisch", "Arabic", "ara"),
}

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT_DAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_PARTS = {
    "fr": {
        "morning": "matin",
        "noon": "midi",
        "afternoon": "après-midi",
        "evening": "soir",
    },
    "nl": {"morning": "voormiddag", "noon": "middag", "afternoon": "namiddag", "evening": "avond"},
    "en": {"morning": "morning", "noon": "noon", "afternoon": "afternoon", "evening": "evening"},
}


def slot_words(number: int, part: str) -> list[str]:
    """Return ways to write a weekly slot: the weekday by its number, Monday 0, and the part of the day."""
    found = []
    for language, parts in _PARTS.items():
        word = parts[part]
        for days in (_DAYS, _SHORT_DAYS):
            day = days[language][number]
            found += [
                f"{day} {word}",
                f"{day.capitalize()} {word}",
                f"{day.upper()} {word.upper()}",
            ]
        found.append(f"{_DAYS[language][number]}-{word}")
    dutch, word = _DAYS["nl"][number], _PARTS["nl"][part]
    french = _PARTS["fr"][part]
    found += [f"{dutch}{word}", f"{dutch.capitalize()}{word}", f"op {dutch} {word}"]
    found += [f"le {_DAYS['fr'][number]} {french}", f"{french} du {_DAYS['fr'][number]}"]
    return found


RANKS: dict[int, tuple[str, ...]] = {
    1: (
        "1er choix",
        "premier choix",
        "eerste keuze",
        "1e keuze",
        "first choice",
        "Thème",
        "1st choice",
    ),
    2: ("2e choix", "deuxième choix", "second choix", "tweede keuze", "2nd choice", "2ème choix"),
    3: ("3e choix", "troisième choix", "derde keuze", "third choice", "3de keuze"),
}
ANY_RANK = (
    *("theme_{}", "theme{}", "Thème {}", "Thema {}", "Theme {}", "Choix {}", "Choix n° {}"),
    *(
        "Keuze {}",
        "Voorkeur {}",
        "Priorité {}",
        "Sujet {}",
        "THEME-{}",
        "Votre choix {}",
        "Rang {}",
    ),
)
