"""An edition and a grouping of it, read for what goes to people: they are shown only what is verified.

Comes in: paths. Goes out: both, or every violation.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sip_grouping.errors import VerificationError

if TYPE_CHECKING:
    from sip_grouping.edition import Edition
    from sip_grouping.grouping import Grouping


def verified(edition: Path, grouping: Path, postcodes: Path | None) -> tuple["Edition", "Grouping"]:
    """Return an edition and a grouping of it that keeps every rule.

    Raises
    ------
    InputError
        One of them cannot be read.
    VerificationError
        The verifier refuses the grouping.
    """
    from sip_grouping.grouping.files import load_grouping  # noqa: PLC0415 - see `app`
    from sip_grouping.reading import load_edition  # noqa: PLC0415
    from sip_grouping.verification import verify  # noqa: PLC0415

    loaded, made = load_edition(edition, postcodes=postcodes), load_grouping(grouping)
    verification = verify(loaded, made)
    if not verification.ok:
        raise VerificationError(verification.violations)
    return loaded, made
