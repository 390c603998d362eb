"""A dual certificate: the script that knows nothing of the package accepts it, and sees what is changed."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brute_force import best_grouping_by_enumeration
from how_many import cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tiny_editions import crowded_edition, tiny_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import RulesOverride
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.certificate import CERTIFICATE, Certificate
from sip_grouping.grouping.files import save
from sip_grouping.solve import form_groups
from sip_grouping.solve.certify import certify
from sip_grouping.solve.run import Limits, Run

SCRIPT = Path(__file__).with_name("check_certificate.py")
LONGEST_SCRIPT = 50
"""Lines of code."""

Draw = Callable[[int], Edition]
Content = dict[str, Any]


def certified(edition: Edition) -> tuple[Grouping, Certificate]:
    grouping = form_groups(edition, work_limit=100.0).grouping
    assert grouping is not None
    certificate = certify(edition, grouping, Run(Limits()))
    assert certificate is not None
    return grouping, certificate


def content_of(certificate: Certificate) -> Content:
    content: Content = json.loads(gzip.decompress(certificate.content()))
    return content


def run_script(folder: Path, content: Content, grouping: Grouping | None = None) -> str:
    """Return what the script says of a certificate; of one that it refuses, its last line of errors."""
    path = folder / CERTIFICATE
    path.write_bytes(gzip.compress(json.dumps(content).encode()))
    arguments = [str(path)]
    if grouping is not None:
        save(grouping, folder / "groups", force=True)
        arguments.append(str(folder / "groups"))
    command = [sys.executable, "-I", str(SCRIPT), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode == 0) == run.stdout.startswith("PROVED: ")
    return run.stdout if run.returncode == 0 else run.stderr.splitlines()[-1]


def proved(content: Content) -> int:
    """Return the bound that prices prove, in thousandths, summed in the plainest way."""
    columns, total = content["columns"], 0
    rest = {at: content["denominator"] * one[1] for at, one in enumerate(columns)}
    for _, price, limit, at, coefficients in content["rows"]:
        total += price * limit
        for column, coefficient in zip(at, coefficients, strict=True):
            rest[column] -= price * coefficient
    total += sum(one[2] * rest[at] for at, one in enumerate(columns) if rest[at] > 0)
    return int(total // content["denominator"])


def test_the_script_is_short_and_knows_nothing_of_the_package() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "sip_grouping" not in text
    assert "numpy" not in text
    code = [
        line
        for line in text.partition('"""\n\n')[2].splitlines()
        if line.strip(" ") and "# " not in line
    ]
    assert len(code) <= LONGEST_SCRIPT


@pytest.mark.parametrize("draw", [tiny_edition, crowded_edition])
@pytest.mark.parametrize("seed", [3, 8, 14, 31])
def test_the_script_accepts_certificates(tmp_path: Path, draw: Draw, seed: int) -> None:
    edition = draw(seed)
    grouping, certificate = certified(edition)
    said = run_script(tmp_path, content_of(certificate), grouping)
    assert said.startswith(f"PROVED: no grouping has more than {certificate.bound / 1000} points")


@pytest.mark.parametrize("draw", [tiny_edition, crowded_edition])
@settings(deadline=None, max_examples=cases(8, 20))
@given(seed=st.integers(0, 2**32 - 1))
def test_no_grouping_is_above_the_bound(draw: Draw, seed: int) -> None:
    edition = draw(seed)
    best = best_grouping_by_enumeration(edition)
    assume(best is not None)
    assert best is not None
    grouping, certificate = certified(edition)
    assert certificate.bound == proved(content_of(certificate)) >= best
    assert certificate.score == grouping.score_thousandths == best


def test_the_same_edition_gives_the_same_bytes() -> None:
    first, second = (certified(tiny_edition(14))[1].content() for _ in range(2))
    assert first == second


def _priced_row(content: Content) -> int:
    return next(at for at, row in enumerate(content["rows"]) if row[1] > 0 and row[2] > 0)


def _used_column(content: Content) -> int:
    return next(
        at for at, one in enumerate(content["columns"]) if one[0] == "placed" and one[3] > 0
    )


def _negative_price(content: Content) -> None:
    content["rows"][_priced_row(content)][1] *= -1


def _other_price(content: Content) -> None:
    content["rows"][_priced_row(content)][1] //= 2


def _lower_bound(content: Content) -> None:
    content["bound"] -= 1


def _lower_points(content: Content) -> None:
    content["columns"][_used_column(content)][1] -= 1000


def _missing_seat(content: Content) -> None:
    content["columns"][_used_column(content)][3] -= 1


def _tighter_row(content: Content) -> None:
    row = content["rows"][_priced_row(content)]
    row[2] = -1


def _smaller_upper(content: Content) -> None:
    content["columns"][_used_column(content)][2] = 0


def _half(content: Content) -> None:
    content["rows"][_priced_row(content)][1] += 0.5


def _other_edition(content: Content) -> None:
    content["edition"] = "0" * 64


def _others_placed(content: Content) -> None:
    """Change classes of one member that are used and not: the model's sums stay."""
    classes = content["classes"]
    used = {
        of[0]: value for kind, _, _, value, of in content["columns"] if kind == "placed" and value
    }
    single = [at for at, copies in enumerate(classes) if len(copies) == 1 == len(copies[0])]
    first = next(at for at in single if at in used)
    other = next(at for at in single if at not in used)
    classes[first], classes[other] = classes[other], classes[first]


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (_negative_price, "below 0"),
        (_other_price, "the prices prove"),
        (_lower_bound, "the prices prove"),
        (_lower_points, "the prices prove|another score"),
        (_missing_seat, "another score|is broken"),
        (_tighter_row, "is broken"),
        (_smaller_upper, "beyond its limits|the prices prove"),
        (_half, "not whole"),
        (_other_edition, "another edition"),
        (_others_placed, "other groups"),
    ],
)
def test_the_script_sees_what_was_changed(
    tmp_path: Path, tamper: Callable[[Content], None], told: str
) -> None:
    grouping, certificate = certified(tiny_edition(14))
    content = content_of(certificate)
    assert run_script(tmp_path, content, grouping).startswith("PROVED")
    tamper(content)
    with_what = run_script(tmp_path, content, grouping)
    assert with_what.startswith("REFUSED: ")
    assert any(one in with_what for one in told.split("|")), with_what


def test_where_no_group_can_exist_the_bound_is_nothing(tmp_path: Path) -> None:
    edition = tiny_edition(0)
    lonely = edition.replace(members=edition.members[:1], pins=())
    lonely = lonely.replace(
        rules=edition.rules.model_copy(update={"moderators": 2, "secretaries": 0}),
        themes=tuple(
            one.model_copy(update={"groups_min": 0, "rules": RulesOverride()})
            for one in edition.themes
        ),
    )
    grouping, certificate = certified(lonely)
    assert (certificate.bound, certificate.score) == (0, 0)
    assert "no grouping has more than 0.0 points" in run_script(
        tmp_path, content_of(certificate), grouping
    )


def test_a_certificate_has_ids_and_no_names() -> None:
    edition = tiny_edition(14)
    named = edition.replace(
        members=tuple(
            one.model_copy(update={"name": "Zed Zeppelin", "email": "zed@example.org"})
            for one in edition.members
        )
    )
    text = gzip.decompress(certified(named)[1].content()).decode()
    assert "Zeppelin" not in text
    assert "example.org" not in text
