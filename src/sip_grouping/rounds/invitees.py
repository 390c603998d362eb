"""A wider list of cooperators who may be invited, from a table with the columns of members.csv.

Comes in: a CSV file or workbook, the edition as it stands. Goes out: `Invitees`, or one `InputError` with
every finding. Who ranks no theme welcomes any that is open to it.
"""

from dataclasses import dataclass
from pathlib import Path

from sip_grouping.edition import Edition
from sip_grouping.edition.checks import WARNING_CODES
from sip_grouping.edition.records import Member
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.sources import members_grid
from sip_grouping.rounds.fits import Person
from sip_grouping.rounds.members import read_among


@dataclass(frozen=True, slots=True)
class Invitees:
    """Who may be invited, as far as the list tells, and what is worth knowing of it."""

    people: tuple[Person, ...]
    warnings: tuple[Finding, ...]


def read_invitees(path: Path, edition: Edition, postcodes: Path | str | None = None) -> Invitees:
    """Read a list of cooperators. Who is a member of the edition counts with the answers given there.

    Parameters
    ----------
    postcodes
        A table of postcodes of one's own; see `sip_grouping.load_edition`.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    findings: list[Finding] = []
    grid = members_grid(path, findings)
    if grid is None:
        raise InputError(findings)
    listed = read_among(grid, edition, any_theme=True, postcodes=postcodes)
    # What is said of a whole edition, such as that nobody volunteers, says nothing of a list.
    warnings = [one for one in listed.warnings if one.code not in WARNING_CODES]
    addresses = {key: one.member_id for one in edition.members if (key := _address(one))}
    people = []
    for one in listed.members:
        known = edition.member_by_id.get(one.member_id)
        if known is not None:
            people.append(Person(known, edition.position(known)))
            continue
        same = addresses.get(_address(one) or "")
        if same is None:
            people.append(Person(one, listed.position(one)))
        else:
            warnings.append(
                finding("member-invited", grid.file, None, None, one.member_id, member=same)
            )
    return Invitees(tuple(people), tuple(warnings))


def _address(member: Member) -> str | None:
    return member.email.strip().casefold() if member.email else None
