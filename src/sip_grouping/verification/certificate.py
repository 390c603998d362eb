"""The independent check of a certificate: that it is of an edition and its groups, and proves what it says.

Comes in: an `Edition`, a `Grouping`, a `Certificate`. Goes out: violations; none where the bound holds. That
is so where every valid grouping of the edition is a solution of the certificate's model with at least its
score (`certified_cells`, `certified_rows`), and its prices prove the bound of all solutions, which is summed
here in whole numbers. Knows nothing of how model and prices were made.
"""

from collections import Counter
from collections.abc import Iterator

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.certificate import Certificate
from sip_grouping.rules import CertificateRuleId
from sip_grouping.verification.certified import Certified, misread
from sip_grouping.verification.certified_cells import check_columns, check_every_group_has_a_cell
from sip_grouping.verification.certified_previous import check_gains
from sip_grouping.verification.certified_rows import check_rows
from sip_grouping.verification.facts import Facts
from sip_grouping.verification.pins_given import with_pins_given
from sip_grouping.verification.violation import Violation, violation


def verify_certificate(
    edition: Edition, grouping: Grouping, certificate: Certificate
) -> tuple[Violation, ...]:
    """Check that a certificate proves its bound of the score of an edition, and is of a grouping.

    Parameters
    ----------
    edition, grouping
        As `verify` takes them; whether the grouping is valid is not asked here.

    Returns
    -------
    tuple of Violation
        Empty where no valid grouping of the edition has a score above `certificate.bound`.
    """
    edition, misfits = with_pins_given(edition, grouping)
    facts = Facts(edition, grouping)
    certified = Certified(facts, certificate)
    found = [*misfits, *_other(facts, certificate), *misread(certified)]
    if found:
        # All else would speak of what is not there.
        return tuple(found)
    found += check_sums(certificate)
    for check in CHECKS:
        found += check(certified)
    return tuple(found)


def _other(facts: Facts, certificate: Certificate) -> Iterator[Violation]:
    rule = CertificateRuleId.OF
    digest, score = facts.edition.digest, facts.score_terms.total
    if certificate.edition != digest:
        parts = [
            name
            for name, one in facts.edition.digests.items()
            if certificate.parts.get(name) != one
        ]
        yield violation(rule, "certificate-edition", found=" ".join(parts))
    if certificate.score != score:
        yield violation(rule, "certificate-score", found=certificate.score, allowed=score)


def check_sums(certificate: Certificate) -> Iterator[Violation]:
    """Sum the bound from the prices, in whole numbers, and look whether the groups solve the model.

    For prices that are not negative, objective x <= sum of price limit + sum of max(0, reduced) upper over
    all solutions x (weak duality); a score is whole thousandths.
    """
    rule = CertificateRuleId.SUMS
    columns = certificate.columns
    reduced = [certificate.denominator * one.objective for one in columns]
    total = 0
    for number, row in enumerate(certificate.rows):
        if row.price < 0:
            yield violation(rule, "certificate-price", number=number, found=row.price)
        total += row.price * row.limit
        value = 0
        for column, coefficient in zip(row.columns, row.coefficients, strict=True):
            reduced[column] -= row.price * coefficient
            value += coefficient * columns[column].value
        if value > row.limit:
            yield violation(
                rule, "certificate-solution-row", number=number, found=value, allowed=row.limit
            )
    total += sum(
        rest * column.upper for rest, column in zip(reduced, columns, strict=True) if rest > 0
    )
    bound = total // certificate.denominator
    if certificate.bound != bound:
        yield violation(rule, "certificate-bound", found=certificate.bound, allowed=bound)
    for number, one in enumerate(columns):
        if not 0 <= one.value <= one.upper:
            yield violation(
                rule, "certificate-solution-column", number=number, found=one.value,
                allowed=one.upper,
            )  # fmt: skip
    score = sum(one.objective * one.value for one in columns)
    if score != certificate.score:
        yield violation(rule, "certificate-solution-score", found=score, allowed=certificate.score)


def check_groups(certified: Certified) -> Iterator[Violation]:
    """Check that the values are those of the grouping: groups of each kind, members of each class there."""
    certificate, facts = certified.certificate, certified.facts
    owner = {
        member_id: number
        for number, copies in enumerate(certificate.classes)
        for copy in copies
        for member_id in copy
    }
    there: Counter[tuple[object, ...]] = Counter()
    for group in facts.groups.values():
        kind = (group.theme, group.track.value, group.place)
        there[kind] += 1
        for member_id in facts.rows_of_group.get(group.group_id, ()):
            there[*kind, owner.get(member_id)] += 1
    told: Counter[tuple[object, ...]] = Counter()
    for one in certificate.columns:
        if one.kind == "groups":
            told[certified.kinds[one.of[0]]] += one.value
        elif one.kind == "placed":
            size = len(certificate.classes[one.of[0]][0])
            told[*certified.kinds[one.of[1]], one.of[0]] += one.value * size
    if there != told:
        yield violation(CertificateRuleId.OF, "certificate-groups")


CHECKS = (
    check_columns,
    check_gains,
    check_every_group_has_a_cell,
    check_rows,
    check_groups,
)
"""What is looked at where classes, cells, columns and rows stand for something."""
