"""A ledger: what is claimed of a grouping, what the certificate proves of it, and what others need to check.

Comes in: a verified grouping, its certificate, the digests of its files. Goes out: a page, the same as JSON,
and the folder with both, the certificate and the script that checks it. Ids at most, and no names.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from pydantic import JsonValue

from sip_grouping.catalogue import Language
from sip_grouping.files.folder import write_folder
from sip_grouping.grouping import Grouping, relative_gap
from sip_grouping.grouping.certificate import CERTIFICATE, Certificate
from sip_grouping.units import THOUSANDTHS

FORMAT_VERSION = 1
PAGE, RECORD, SCRIPT = "index.html", "ledger.json", "check.py"
LEDGER_FILES = (PAGE, RECORD, CERTIFICATE, SCRIPT)


@dataclass(frozen=True)
class Ledger:
    """What is claimed of a grouping, and what checks it.

    Attributes
    ----------
    grouping
        One that the verifier has accepted.
    certificate
        Of the LP bound of its edition's score.
    files
        SHA-256 in hexadecimal digits of the files of the grouping.
    """

    grouping: Grouping
    certificate: Certificate
    files: Mapping[str, str]

    @property
    def bound_thousandths(self) -> int:
        """What the certificate proves, in thousandths of a point."""
        return self.certificate.bound

    @property
    def gap(self) -> float | None:
        """The gap of the score to what the certificate proves; None where the score is 0 and that is not."""
        return relative_gap(self.grouping.score_thousandths, self.certificate.bound)

    @property
    def proves_all(self) -> bool:
        """Whether the certificate proves the bound that is claimed, or a better one."""
        claimed = self.grouping.bound_thousandths
        return claimed is None or self.certificate.bound <= claimed

    @cached_property
    def certificate_content(self) -> bytes:
        """The file of the certificate."""
        return self.certificate.content()

    @property
    def certificate_digest(self) -> str:
        """SHA-256 of the file of the certificate."""
        return hashlib.sha256(self.certificate_content).hexdigest()

    def record(self) -> dict[str, JsonValue]:
        """Return the ledger as plain JSON: points with 3 decimals, digests in hexadecimal digits."""
        made, certificate = self.grouping, self.certificate
        return {
            "format_version": FORMAT_VERSION,
            "edition": {
                "name": made.edition_name,
                "digest": made.edition_digest,
                "digests": dict(made.edition_digests),
            },
            "grouping_files": dict(self.files),
            "seed": made.seed,
            "settings": dict(made.settings),
            "versions": dict(made.versions),
            "status": made.status.value,
            "score": made.score,
            "bound": made.bound,
            "gap": made.gap,
            "certificate": {
                "file": CERTIFICATE,
                "sha256": self.certificate_digest,
                "bound": certificate.bound / THOUSANDTHS,
                "gap": self.gap,
                "proves_all": self.proves_all,
                "classes": len(certificate.classes),
                "cells": len(certificate.cells),
                "columns": len(certificate.columns),
                "rows": len(certificate.rows),
            },
        }

    def html(self, language: Language = "en") -> str:
        """Return the page: one file of HTML that needs no network."""
        from sip_grouping.ledger.page import ledger_page  # noqa: PLC0415 - templates, only for this

        return ledger_page(self, language)

    def save(self, folder: Path | str, *, language: Language = "en", force: bool = False) -> None:
        """Write page, JSON, certificate and script to a folder, whole or not at all.

        Raises
        ------
        OutputError
            The folder exists, cannot be written, or holds other files; nothing was changed.
        """
        record = json.dumps(self.record(), ensure_ascii=False, indent=1) + "\n"
        files = {
            PAGE: self.html(language).encode(),
            RECORD: record.encode(),
            CERTIFICATE: self.certificate_content,
            SCRIPT: script(),
        }
        write_folder(folder, files, force=force, known_files=LEDGER_FILES)


def script() -> bytes:
    """Return the script that checks a certificate: it needs Python alone."""
    return resources.files("sip_grouping.ledger").joinpath("check.txt").read_bytes()
