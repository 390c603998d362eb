"""The notebook in which the code runs, if it does: a line that changes in place, the language of its cards.

Comes in: texts, a language. Goes out: a line in the cell that runs. IPython is no dependency: it is used
where it is loaded already, and never imported otherwise. What things look like there stands in `cards`.
"""

import importlib
import sys
from collections.abc import Callable
from typing import Any

from sip_grouping.catalogue import Language

_cards: dict[str, Language] = {"language": "en"}


def card_language() -> Language:
    """Return the language in which cards are told."""
    return _cards["language"]


def set_card_language(language: Language) -> None:
    """Set the language in which cards are told from now on; of the catalogue, which is not checked here."""
    _cards["language"] = language


def in_notebook() -> bool:
    """Return whether the code runs in the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell).__mro__)


def changing_line() -> Callable[[str], None]:
    """Return what shows a text in the cell that runs, in the place of the text before.

    Only where `in_notebook`.
    """
    handle: Any = None

    def show(text: str) -> None:
        nonlocal handle
        content = {"text/plain": text}
        if handle is None:
            handle = importlib.import_module("IPython.display").display(
                content, raw=True, display_id=True
            )
        else:
            handle.update(content, raw=True)

    return show
