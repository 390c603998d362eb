"""The page of the docs on the edition 2020-2021, from answers to follow-up, shows what commands answer."""

from year_page import PAGE, page


def test_the_page_of_the_docs_is_up_to_date() -> None:
    """Each command ends with the exit code that the page tells; all answers are those of the page."""
    assert page() == PAGE.read_text("utf-8"), "run: python tests/year_page.py"
