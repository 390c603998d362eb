"""What a team writes in its own language is a right grouping after two rounds at most."""

from pathlib import Path

import pytest
from first_edition import PAGE, page, rounds
from spreadsheets import SLIPS, Team

import sip_grouping as sip
from sip_grouping.findings import grouped_lines

TEAMS: tuple[Team, ...] = ("fr", "nl")


@pytest.mark.parametrize("team", TEAMS)
def test_a_spreadsheet_is_a_grouping_in_two_rounds(team: Team, tmp_path: Path) -> None:
    folder = tmp_path / "edition"
    folder.mkdir()
    (first, _, told), (second, _, warned) = rounds(team, folder)
    assert first == 2
    assert len(told.splitlines()) == 1 + len(SLIPS[team])
    assert second == 0
    assert "[taken-for-windows]" in warned
    edition, grouping = sip.load_edition(folder), sip.load_grouping(tmp_path / "groups")
    assert len(edition.members) == 35
    assert sip.verify(edition, grouping).ok
    assert len({one.member_id for one in grouping.placements}) >= 34


def test_the_page_of_the_docs_is_up_to_date() -> None:
    assert page() == PAGE.read_text("utf-8"), "run: python tests/first_edition.py"


MISTAKES = {
    # column: cells that each hold one slip
    "country": ("XX", "Wallonie", "Europe"),
    "postcode": ("0000", "99999", "Bruxelles", "4O00", "12-34", "#N/A"),
    "theme_1": ("suport x", "support, gender", "thème 4", "", "#REF!"),
    "theme_2": ("suppport!", "support;gender", "support"),
    "office": ("Lieège", "Anvers", "Gand-Dampoort"),
    "moderator": ("peut-être", "misschien", "2", "-", "?", "oui, mais", "#VALUE!"),
    "secretary": ("volontiers", "non oui", "ja/nee"),
    "video": ("parfois", "soms"),
    "languages": ("fr/nl", "fr et nl", "langue maternelle", "12"),
    "together": ("nobody99", "m0001"),
    "latitude": ("50,,8", "abc", "95", "0"),
}


def test_500_rows_with_a_slip_each_are_under_40_lines(tmp_path: Path) -> None:
    columns = [
        "member_id", "country", "postcode", "theme_1", "theme_2", "office", "moderator", "secretary",
        "video", "languages", "together", "latitude", "longitude",
    ]  # fmt: skip
    slips = [(column, text) for column, texts in MISTAKES.items() for text in texts]
    rows = []
    for number in range(500):
        cells = dict(
            zip(
                columns,
                (f"m{number:04}", "BE", "4000", "support", "", "liege", "", "", "", "", "", "", ""),
                strict=True,
            )
        )
        column, text = slips[number % len(slips)]
        cells[column] = text
        if column == "latitude":
            cells["longitude"] = "0" if text == "0" else "5.57"
        if column == "together" and text == "m0001":
            cells[column] = cells["member_id"]  # oneself
        rows.append(";".join(f'"{cells[name]}"' for name in columns))
    (tmp_path / "members.csv").write_text("\n".join([";".join(columns), *rows]), "utf-8")
    (tmp_path / "offices.csv").write_text(
        "office_id,name,country,postcode\nliege,Liège,BE,4000\n", "utf-8"
    )
    (tmp_path / "edition.toml").write_text(
        'name = "x"\n[[themes]]\nid = "support"\n[[themes]]\nid = "gender"\n', "utf-8"
    )
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(tmp_path)
    found = caught.value.findings
    assert {one.row for one in found} == set(range(2, 502))
    assert len(grouped_lines(found)) < 40
    assert len(caught.value.full_text.splitlines()) < 41
