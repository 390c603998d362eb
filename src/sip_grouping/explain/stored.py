"""Results of scenarios in a folder, so that a sweep that was stopped goes on where it was.

Comes in: a key, plain JSON. Goes out: the JSON that was kept under the key, if there is any. A file per
result, written whole or not at all; one that is damaged counts as none.
"""

import json
import logging
from pathlib import Path
from typing import cast

from sip_grouping.explain.scenario import Solved
from sip_grouping.files.folder import write_file

_logger = logging.getLogger(__name__)
_FORMAT = 1


class Store:
    """A folder of results; None: nothing is kept.

    Raises
    ------
    OSError
        The folder cannot be made.
    """

    def __init__(self, folder: Path | str | None) -> None:
        self._folder = None if folder is None else Path(folder)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> Solved | None:
        """Return what is kept under a key."""
        if self._folder is None:
            return None
        try:
            content = json.loads((self._folder / f"{key}.json").read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError):
            _logger.warning("a stored result cannot be read and is made anew: %s", key)
            return None
        known = isinstance(content, dict) and content.get("format") == _FORMAT
        if not known or content.get("key") != key or not isinstance(content.get("solved"), dict):
            return None
        return cast("Solved", content["solved"])

    def put(self, key: str, solved: Solved) -> None:
        """Keep a result under a key.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        if self._folder is not None:
            document = {"format": _FORMAT, "key": key, "solved": solved}
            content = json.dumps(document, allow_nan=False).encode()
            write_file(self._folder / f"{key}.json", content, force=True)
