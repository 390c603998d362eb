"""Errors: their text stays readable however much is wrong, and they carry all of it."""

import copy
import pickle

import pytest

import sip_grouping as sip
from sip_grouping.errors import CertificateError
from sip_grouping.grouping import ScoreTerms
from sip_grouping.rules import RuleId

FINDINGS = tuple(
    # Each in a column of its own: alike ones of one column are one line.
    sip.Finding("unknown-theme", "no such theme", "correct it", "members.csv", 2, f"theme_{n}", "x")
    for n in range(1, 6001)
)
VIOLATIONS = tuple(
    sip.Violation(RuleId.SIZE, "too small", group_id=f"g{number}") for number in range(3000)
)


def test_thousands_of_findings_are_a_readable_text() -> None:
    for error in (sip.InputError(FINDINGS), sip.OutputError(FINDINGS)):
        lines = str(error).splitlines()
        assert len(lines) == 52
        assert lines[0] == "6,000 problems in the input"
        assert "row 2, " in lines[1]
        assert lines[-1] == "  and 5,950 more"
        assert error.findings == FINDINGS
        assert len(error.full_text.splitlines()) == 6001


def test_thousands_of_violations_are_a_readable_text() -> None:
    error = sip.VerificationError(VIOLATIONS)
    verification = sip.Verification(VIOLATIONS, 0, ScoreTerms())
    for text in (str(error), str(verification)):
        assert len(text.splitlines()) == 52
        assert text.endswith("and 2,950 more")
    assert error.violations == VIOLATIONS
    assert len(error.full_text.splitlines()) == 3001


@pytest.mark.parametrize("count", [0, 1, 50])
def test_fifty_are_shown_whole(count: int) -> None:
    error = sip.InputError(FINDINGS[:count])
    assert str(error) == error.full_text
    assert len(str(error).splitlines()) == count + 1


def test_a_cell_of_a_million_characters_does_not_drown_the_rest() -> None:
    finding = sip.Finding("code", "what is wrong", "what to do", value="x" * 1_000_000)
    assert len(str(finding)) < 400
    assert "1,000,000 characters" in str(finding)
    assert finding.value is not None
    assert len(finding.value) == 1_000_000


@pytest.mark.parametrize(
    "error",
    [
        sip.InputError(FINDINGS[:2]),
        sip.OutputError(FINDINGS[:2]),
        sip.NoGroupingError(FINDINGS[:1]),
        sip.VerificationError(VIOLATIONS[:2]),
        CertificateError(VIOLATIONS[:2]),
    ],
)
def test_errors_travel_between_processes(error: sip.SipGroupingError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
