"""From a grouping to its ledger. Wiring only: the verifier first, then the certificate, then digests.

Comes in: an `Edition` and a grouping of it. Goes out: a `Ledger`.
"""

import hashlib
from pathlib import Path

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError, VerificationError
from sip_grouping.findings import finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.files import contents_of, files_in
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.ledger.ledger import Ledger
from sip_grouping.solve.certify import certify
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.run import Limits, Run
from sip_grouping.verification import verify


def prove(
    edition: Edition, grouping: Grouping | Formed, *, folder: Path | str | None = None
) -> Ledger:
    """Verify a grouping, and prove a bound of the score of its edition that others can check.

    The certificate is of the LP bound of the score, whatever the groups were formed for; it repeats byte
    for byte.

    Parameters
    ----------
    edition, grouping
        They belong together.
    folder
        Where the grouping stands: the digests of its files there are told. None: those of the files that
        `save` would write.

    Raises
    ------
    VerificationError
        The verifier refuses the grouping.
    InputError
        There is no certificate: the bound was stopped, or its sums are beyond 64 bits.
    NoGroupingError
        The result has no grouping.
    OSError
        A file of the folder cannot be read.
    """
    made = grouping_of(grouping, "prove")
    verification = verify(edition, made)
    if not verification.ok:
        raise VerificationError(verification.violations)
    files = contents_of(made) if folder is None else files_in(folder)
    new = tuple(pin for pin in made.pins if pin not in edition.pins)
    run = Run(Limits(seed=made.seed))
    with heeding_interrupts(run):
        certificate = certify(edition.with_pins(new) if new else edition, made, run)
    if certificate is None:
        variant = "stopped" if run.stopped() else ""
        raise InputError([finding("no-certificate", "prove", variant=variant)])
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return Ledger(made, certificate, digests)
