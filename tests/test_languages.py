"""Lists of everyday codes are read without what all languages call themselves, and mean the same."""

from itertools import product

import pytest

from sip_grouping.edition import languages
from sip_grouping.edition.languages import languages_in

EVERYDAY = ("fr", "nl", "en", "de")


def test_no_name_of_a_language_is_a_list_of_everyday_codes() -> None:
    names = {**languages._own_names(), **languages._codes()}
    lists = {"".join(codes) for many in (2, 3, 4) for codes in product(EVERYDAY, repeat=many)}
    assert not lists & set(names)


def test_lists_of_everyday_codes_load_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded() -> dict[str, str]:
        raise AssertionError("the names of all languages are loaded")

    monkeypatch.setattr(languages, "_own_names", loaded)
    languages_in.cache_clear()
    languages.language_code.cache_clear()
    assert languages_in("fr nl").codes == ("fr", "nl")
    assert languages_in("Fr NL").codes == ("fr", "nl")
    assert languages_in("fr de en").codes == ("fr", "de", "en")
    assert languages_in("fr en nl").doubtful == ("fr en nl",)
    languages_in.cache_clear()
    languages.language_code.cache_clear()
