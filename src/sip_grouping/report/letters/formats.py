"""How letters may be written. Knows nothing else, so that the command line can name them at once."""

from typing import Literal

LetterFormat = Literal["txt", "html", "eml"]
