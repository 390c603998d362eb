"""What a type checker knows of the public names. mypy reads it with the rest; nothing runs it.

An ignored error that is none any more is an error too (`warn_unused_ignores`): a name that is misspelt is
seen as long as this file passes.
"""

from typing import assert_type

import sip_grouping as sip


def of_a_refused_grouping(error: sip.VerificationError) -> str:
    """Take a violation from an error."""
    assert_type(error.violations, tuple[sip.Violation, ...])
    return error.violations[0].message


def of_functions(edition: sip.Edition) -> sip.Verification:
    """Form groups and verify them."""
    result = sip.form_groups(edition)
    assert_type(result, sip.Result)
    assert_type(result.score, float | None)
    return sip.verify(edition, result)


def misspelt(edition: sip.Edition) -> None:
    """Name what there is not."""
    sip.form_group  # type: ignore[attr-defined]  # noqa: B018
    sip.from_groups(edition)  # type: ignore[attr-defined]
