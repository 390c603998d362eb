"""The titles of columns: what people call them is understood, and what may mean something else is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.records import Member, Office, Pin
from sip_grouping.reading.columns import TableName, columns_of, field_of, kind_of
from sip_grouping.reading.words import country_code, is_only, role_name, track_name, yes_or_no
from sip_grouping.template.reference import TABLES, reference_page

OF_MEMBERS = {
    "member_id": "ID; Lidnummer; N° de membre; Nº membre; Uw lidnummer; Numéro de sociétaire; Vennootnr",
    "country": "Land; Pays; COUNTRY; Pays / Land; Landcode; Country\nof work / Land",
    "home_country": "Pays de résidence; Woonland; Land van woonst; Dans quel pays habitez-vous ?",
    "postcode": "CP; Code postal (domicile); Postnummer; Postcode van uw woonplaats; ZIP/Postal code",
    "theme_1": "Thème; 1er choix; eerste keuze; Keuze nr. 1; Thématique 1; Uw eerste themakeuze",
    "theme_2": "theme_2; 2e choix; Deuxième vœu; tweede voorkeur; Choix n° 2; Second choice",
    "office": "Bureau Smart; Votre bureau; Uw kantoor; Smart-kantoor",
    "cooperator": "Vennoot (ja/nee); Coopérateur(trice) (oui/non); Coopérateur/trice\n(oui/non);"
    "Coopérateur.trice; Êtes-vous sociétaire ?; Bent u vennoot?",
    "commits": "S\u2019engage; Ik engageer me; Je m'engage pour toute la période",
    "moderator": "Modérateur·rice; Gespreksleider; Kandidaat-moderator; Animateur/trice",
    "secretary": "Secrétaire; Verslaggever; Prise de notes; Verslag nemen; Note-taker",
    "experienced": "Ervaren; A déjà participé; Deed al mee; Took part before",
    "local": "En présentiel; Vergadert ter plaatse; Fysieke groep; In-person",
    "video": "Visio-conférence; Via video; À distance; Vanop afstand; Online",
    "languages": "Langue(s) / Taal/talen; Langue(s) de travail; Werktalen; Welke talen spreekt u?; Voertaal",
    "slots": "Vos disponibilités; Beschikbare momenten; Plages horaires; Quand êtes-vous libre ?",
    "together": "Samen met; Dans le même groupe que; Ensemble avec",
    "apart": "Niet samen met; Pas avec",
    "latitude": "Lat; Noorderbreedte",
    "longitude": "Lng; Lon; Oosterlengte",
    "name": "Nom,\nprénom\nVoornaam en familienaam; Nom & prénom; Nom, prénom; Your name",
    "email": "E-mailadres; Adresse de messagerie; Courriel; Mijn e-mailadres",
    "share_contact": "Ik deel mijn contactgegevens; Partage des coordonnées",
}
OF_OFFICES = {
    "office_id": "id; Kantoorcode; Code bureau; N° du bureau",
    "name": "Bureau; Naam van het kantoor",
    "rooms": "Aantal zalen; Nombre de salles de réunion",
}
OF_PINS = {
    "member_id": "Membre; Lid; Matricule",
    "track": "Vorm; Format; Lokaal of video",
    "place": "Lieu de réunion; Kantoor",
    "with_members": "Avec; Met leden",
}
NAMES: tuple[tuple[TableName, dict[str, str]], ...] = (
    ("members", OF_MEMBERS),
    ("offices", OF_OFFICES),
    ("pins", OF_PINS),
)

IN_DOUBT: tuple[tuple[TableName, str, str], ...] = (
    ("members", "Code postal\nPays", "two fields"),
    ("members", "Langue(s) / Nom", "two fields"),
    ("members", "Lid", "a name"),
    ("members", "Membre", "a name"),
    ("members", "Avec", "anything"),
    ("members", "Minutes", "a length of time"),
    ("members", "Verslag", "a report"),
    ("members", "Voorzitter", "an office that somebody holds"),
    ("members", "Expérience", "a profession"),
    ("members", "Ervaring", "a profession"),
    ("members", "Zoom", "an account"),
    ("members", "Disponible", "yes or no"),
    ("members", "Tijdstip", "when a form was sent"),
    ("members", "Moment", "when a form was sent"),
    ("members", "Lengte", "how tall somebody is"),
    ("members", "Breedte", "how wide something is"),
    ("members", "Optie 2", "any option of a form"),
    ("members", "Postcode werk", "another postcode"),
    ("members", "Uw", "nothing"),
    ("offices", "Code", "a postcode"),
    ("offices", "Zaal", "the name or number of a room"),
    ("offices", "Salle", "the name or number of a room"),
    ("pins", "Piste", "a lane"),
)


@pytest.mark.parametrize(
    ("table", "field", "title"),
    [
        (table, field, title.strip())
        for table, told in NAMES
        for field, titles in told.items()
        for title in titles.split(";")
    ],
)
def test_what_people_call_a_column_is_understood(table: TableName, field: str, title: str) -> None:
    assert field_of(title, table) == field


@pytest.mark.parametrize(("table", "title", "_meaning"), IN_DOUBT)
def test_what_may_mean_something_else_is_not_read(
    table: TableName, title: str, _meaning: str
) -> None:
    assert field_of(title, table) is None


@pytest.mark.parametrize("table", TABLES)
def test_every_name_in_the_table_is_a_name_of_its_field(table: TableName) -> None:
    for field, column in columns_of(table).items():
        ranked = table == "members" and field == "theme"
        for name in column.names:
            for title, rank in ((f"{name} 3", 3), (f"3. {name}", 3)) if ranked else ((name, None),):
                assert field_of(title, table) == (f"theme_{rank}" if ranked else field), title


def test_every_field_of_a_record_is_a_column() -> None:
    """`extra` has the columns that are none, and `themes` those of the ranked ones."""
    members = {"theme" if one == "themes" else one for one in Member.model_fields} - {"extra"}
    assert set(columns_of("members")) == members
    assert set(columns_of("offices")) == set(Office.model_fields)
    assert set(columns_of("pins")) == set(Pin.model_fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_to_choose_from_are_read_in_their_order(language: Language) -> None:
    read: dict[str, tuple[list[object], Callable[[str], object]]] = {
        "yes-no": ([True, False], yes_or_no),
        "track": (["local", "video"], track_name),
        "role-name": (["moderator", "secretary", "member"], role_name),
        "country": (["BE", "FR"], country_code),
        "role": ([True, False, "only"], lambda text: "only" if is_only(text) else yes_or_no(text)),
    }
    chosen = {
        column.kind: kind_of(column).choices[language]
        for table in TABLES
        for column in columns_of(table).values()
        if kind_of(column).choices[language]
    }
    assert set(chosen) == set(read)
    for kind, words in chosen.items():
        meant, read_as = read[kind]
        assert [read_as(word) for word in words] == meant


def test_the_column_reference_is_up_to_date() -> None:
    page = Path(__file__).parents[1] / "docs" / "columns.md"
    assert page.read_text("utf-8") == reference_page(), "run `python docs/columns.py`"
