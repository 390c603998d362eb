"""Postcode tables from files of others: own CSV tables, GeoNames dumps, pgeocode."""

import sys
import types
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sip_grouping.errors import InputError
from sip_grouping.geography import PostcodeTable


def written(folder: Path, text: str, name: str = "own.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def codes_of(error: pytest.ExceptionInfo[InputError]) -> list[tuple[str, object, str | None]]:
    return [(f.code, f.row, f.column) for f in error.value.findings]


@pytest.mark.parametrize(
    "text",
    [
        "country,postcode,latitude,longitude\nBE,1000,50.85,4.35\nFR,01000,46.2,5.22\n",
        "country;postcode;latitude;longitude\r\nBE;1000;50,85;4,35\r\nFR;01000;46,2;5,22\r\n",
        "\ufeffcountry\tpostcode\tlatitude\tlongitude\nBE\t1000\t50.85\t4.35\nFR\t01000\t46.2\t5.22",
        "Longitude, LATITUDE ,postcode,country,note\n4.35,50.85,B-1000,be,x\n\n5.22,46.2,01000,FR,\n",
    ],
)
def test_an_own_table(tmp_path: Path, text: str) -> None:
    table = PostcodeTable.from_file(written(tmp_path, text))
    assert [(p.country, p.postcode, p.coordinates) for p in table] == [
        ("BE", "1000", (50.85, 4.35)),
        ("FR", "01000", (46.2, 5.22)),
    ]


def test_place_and_precision_of_an_own_table(tmp_path: Path) -> None:
    text = (
        "country,postcode,latitude,longitude,place,precision_km\n"
        'BE,1000,50.85,4.35,"Brussels, centre",0.5\n'
        "BE,1030,50.87,4.38,,\n"
    )
    first, second = PostcodeTable.from_file(str(written(tmp_path, text)))
    assert (first.place, first.precision_km) == ("Brussels, centre", 0.5)
    assert (second.place, second.precision_km) == ("", 1.0)


def test_all_mistakes_of_an_own_table_at_once(tmp_path: Path) -> None:
    text = (
        "country,postcode,latitude,longitude,precision_km\n"
        "BE,1000,50.85,4.35,1\n"
        "Nederland,1011,52.37,4.9,1\n"
        "FR,1000,46.2,5.22,1\n"
        "BE,100,x,999,far\n"
        "BE,1030,4.38,50.87,-1\n"
        "BE,1000,50.85,4.35,nan\n"
        "BE,1000,50.85,4.35,1\n"
        "BE,1040,inf,4.35\n"
        "BE\n"
    )
    with pytest.raises(InputError) as error:
        PostcodeTable.from_file(written(tmp_path, text))
    assert codes_of(error) == [
        ("unknown-country", 3, "country"),
        ("malformed-postcode", 4, "postcode"),
        ("malformed-postcode", 5, "postcode"),
        ("malformed-coordinate", 5, "latitude"),
        ("malformed-coordinate", 5, "longitude"),
        ("malformed-precision", 5, "precision_km"),
        ("malformed-precision", 6, "precision_km"),
        ("swapped-coordinates", 6, "latitude"),
        ("malformed-precision", 7, "precision_km"),
        ("duplicate-postcode", 8, "postcode"),
        ("malformed-coordinate", 9, "latitude"),
        ("malformed-postcode", 10, "postcode"),
        ("malformed-coordinate", 10, "latitude"),
        ("malformed-coordinate", 10, "longitude"),
    ]
    findings = error.value.findings
    assert {finding.file for finding in findings} == {"own.csv"}
    assert "leading zero: write 01000" in findings[1].remedy
    assert findings[1].value == "1000"


def test_columns_that_are_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        PostcodeTable.from_file(written(tmp_path, "country,code,latitude\nBE,1000,50\n"))
    assert codes_of(error) == [
        ("missing-column", 1, "postcode"),
        ("missing-column", 1, "longitude"),
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    header = "country,postcode,latitude,longitude,place\n"
    latin = written(tmp_path, header + "BE,4000,50.64,5.57,Li\u00e8ge", encoding="latin-1")
    for path, code in (
        (tmp_path / "nowhere.csv", "unreadable-file"),
        (tmp_path, "unreadable-file"),
        (latin, "not-utf8"),
        (written(tmp_path, header, "header.csv"), "empty-table"),
        (written(tmp_path, "no archive", "BE.zip"), "not-a-zip"),
    ):
        with pytest.raises(InputError) as error:
            PostcodeTable.from_file(path)
        assert [finding.code for finding in error.value.findings] == [code]


def dump_row(
    country: str, code: str, place: str, at: tuple[object, object], accuracy: str = "6"
) -> str:
    admin = ["Region", "1", "Province", "2", "District", "3"]
    return "\t".join([country, code, place, *admin, str(at[0]), str(at[1]), accuracy])


DUMP = "\n".join(
    [
        dump_row("FR", "01000", "Bourg-en-Bresse", (46.20, 5.22)),
        dump_row("FR", "01000", "Saint-Denis-l\u00e8s-Bourg", (46.22, 5.20)),
        dump_row("FR", "01000", "Far away", (48.0, 2.0)),
        dump_row("FR", "01000", "Guessed", (45.0, 3.0), accuracy="1"),
        dump_row("FR", "01000 CEDEX", "Bourg CEDEX", (40.0, 1.0)),
        dump_row("FR", "75380 CEDEX 08", "Paris 08", (48.87, 2.31)),
        dump_row("FR", "75001", "Paris", (48.86, 2.34), accuracy=""),
        dump_row("RE", "97400", "Saint-Denis", (-20.88, 55.45)),
        dump_row("DE", "10115", "Berlin", (52.53, 13.38)),
        "",
    ]
)


def check_dump(table: PostcodeTable) -> None:
    points = {p.postcode: p for p in table}
    assert list(points) == ["01000", "75380", "75001", "97400"]
    assert {p.country for p in table} == {"FR"}
    # Two of three ordinary rows lie together; the third is no part of the mean, but of the doubt.
    merged = points["01000"]
    assert merged.coordinates == (46.21, 5.21)
    assert merged.place in {"Bourg-en-Bresse", "Saint-Denis-l\u00e8s-Bourg"}
    assert merged.precision_km > 100
    assert points["97400"].precision_km == 2.0
    assert points["75001"].precision_km == 10.0


def test_a_geonames_archive(tmp_path: Path) -> None:
    path = tmp_path / "FR.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "The main site\tis elsewhere")
        archive.writestr("FR.txt", DUMP)
    check_dump(PostcodeTable.from_file(path))


def test_the_text_of_a_geonames_archive(tmp_path: Path) -> None:
    check_dump(PostcodeTable.from_file(written(tmp_path, DUMP, "FR.txt")))
    check_dump(PostcodeTable.from_file(written(tmp_path, DUMP.replace("\n", "\r\n"), "win.txt")))


def test_mistakes_of_a_geonames_dump(tmp_path: Path) -> None:
    text = "\n".join(
        [
            dump_row("BE", "1000", "Brussels", (50.85, 4.35)),
            "BE\t1030\tSchaerbeek",
            dump_row("BE", "1040", "Etterbeek", ("", 190)),
        ]
    )
    with pytest.raises(InputError) as error:
        PostcodeTable.from_file(written(tmp_path, text, "BE.txt"))
    assert codes_of(error) == [
        ("malformed-row", 2, None),
        ("malformed-coordinate", 3, "latitude"),
        ("malformed-coordinate", 3, "longitude"),
    ]


def test_a_dump_of_other_countries(tmp_path: Path) -> None:
    text = dump_row("DE", "10115", "Berlin", (52.53, 13.38))
    with pytest.raises(InputError, match="no rows of Belgium or France"):
        PostcodeTable.from_file(written(tmp_path, text, "DE.txt"))


def test_without_pgeocode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pgeocode", None)
    with pytest.raises(InputError) as error:
        PostcodeTable.from_pgeocode()
    (finding,) = error.value.findings
    assert 'pip install "sip-grouping[pgeocode]"' in finding.remedy


class Nominatim:
    """Stands for pgeocode's class of that name: the table of one country, or no network."""

    def __init__(self, country: str, unique: bool) -> None:
        assert unique is False
        if country == "BE":
            raise OSError("no network")
        rows = [line.split("\t") for line in DUMP.split("\n") if line.startswith(country)]
        columns = [
            *("country_code", "postal_code", "place_name", "state_name", "state_code"),
            *("county_name", "county_code", "community_name", "community_code"),
            *("latitude", "longitude", "accuracy"),
        ]
        self._data = pd.DataFrame(rows, columns=columns)
        for column in columns[-3:]:
            self._data[column] = pd.to_numeric(self._data[column])


@pytest.fixture
def pgeocode(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("pgeocode")
    vars(module)["Nominatim"] = Nominatim
    monkeypatch.setitem(sys.modules, "pgeocode", module)


@pytest.mark.usefixtures("pgeocode")
def test_the_tables_of_pgeocode() -> None:
    check_dump(PostcodeTable.from_pgeocode(("FR", "RE")))


@pytest.mark.usefixtures("pgeocode")
def test_a_download_that_fails() -> None:
    with pytest.raises(InputError) as error:
        PostcodeTable.from_pgeocode(("FR", "BE"))
    assert [(f.code, f.value) for f in error.value.findings] == [("download-failed", "BE")]


def test_a_country_that_pgeocode_is_not_asked_for() -> None:
    with pytest.raises(InputError) as error:
        PostcodeTable.from_pgeocode(("BE", "DE", "NL"))
    assert [(f.code, f.value) for f in error.value.findings] == [
        ("unknown-country", "DE"),
        ("unknown-country", "NL"),
    ]
