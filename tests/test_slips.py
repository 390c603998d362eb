"""What people and their tools write is understood, or named; never silently taken for something else."""

from dataclasses import replace
from pathlib import Path

import pytest
from slips import SLIPS, Slip, write
from slips.base import EDITION, MEMBERS
from slips.page import page

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.findings import Finding
from sip_grouping.geography.distance import Coordinates, distance_m

MOST_KINDS_OF_FINDINGS = 4
POSITION_KM = 10


def text_of(findings: tuple[Finding, ...]) -> str:
    return "\n".join(map(str, findings))


def says(finding: Finding, words: str) -> bool:
    """Return whether a finding says one of several words."""
    text = str(finding).casefold()
    return any(word.casefold() in text for word in words.split("|"))


def means(edition: Edition, slip: Slip) -> list[str]:
    """Return what was read as something else than was meant."""
    wrong = []
    for member_id, field, meant in slip.means:
        member = edition.member_by_id.get(member_id)
        if member is None:
            wrong.append(f"there is no member {member_id}")
        elif field == "position":
            assert isinstance(meant, tuple)
            at = edition.position(member)
            if distance_m(Coordinates(*at), Coordinates(*meant)) > POSITION_KM * 1000:
                wrong.append(f"{member_id} lives at {at}")
        elif field == "extra":
            # Under which titles columns of the same title are kept is not the point here.
            assert isinstance(meant, tuple)
            kept = sorted(member.extra.values())
            if not set(meant) <= set(kept):
                wrong.append(f"{member_id} keeps {kept}")
        elif getattr(member, field) != meant:
            wrong.append(f"{member_id}.{field} is {getattr(member, field)!r}, not {meant!r}")
    return wrong


def test_there_are_enough_slips_with_a_source() -> None:
    assert len({slip.id for slip in SLIPS}) == len(SLIPS)
    assert sum(slip.source is not None for slip in SLIPS) >= 120
    for slip in SLIPS:
        assert slip.source is None or slip.source.address.startswith("https://"), slip.id
        assert slip.names or slip.verdict == "read", slip.id
        assert (
            slip.means
            or slip.verdict in {"error", "named"}
            or slip.kind
            in {
                "files",
                "edition.toml",
            }
        ), slip.id


def test_the_page_is_up_to_date() -> None:
    path = Path(__file__).parents[1] / "docs" / "slips.md"
    assert path.read_text("utf-8") == page()


def test_without_a_slip_there_is_nothing_to_say(tmp_path: Path) -> None:
    plain = Slip("plain", "files", None, "", "read", {})
    edition = sip.load_edition(write(plain, tmp_path / "edition"))
    assert not edition.warnings
    assert [member.member_id for member in edition.members] == [row["member_id"] for row in MEMBERS]
    assert edition.name == EDITION.split('"')[1]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.id)
def test_a_slip_is_understood_or_named(slip: Slip, tmp_path: Path) -> None:
    folder = write(slip, tmp_path / "edition")
    try:
        edition = sip.load_edition(folder)
    except sip.InputError as error:
        findings = error.findings
        assert slip.verdict in {"error", "named"}, text_of(findings)
    else:
        findings = edition.warnings
        assert slip.verdict != "error", f"read, with {text_of(findings) or 'no word'}"
        assert len(edition.members) == slip.count
        assert not means(edition, slip), text_of(findings)
        if slip.verdict == "read" and not slip.may_warn:
            assert not findings, text_of(findings)
        if slip.kind == "files" and slip.verdict == "read" and not slip.means:
            base = sip.load_edition(write(replace(slip, files={}), tmp_path / "base"))
            assert edition.members == base.members
            assert edition.digest == base.digest
    assert "verborgen" not in text_of(findings).casefold()
    assert len({(one.code, one.column) for one in findings}) <= MOST_KINDS_OF_FINDINGS
    if slip.names:
        assert any(all(says(one, words) for words in slip.names) for one in findings), (
            f"{slip.names} are not named: {text_of(findings)}"
        )
