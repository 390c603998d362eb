"""The page of the docs on explanations shows what the commands answer."""

from explain_page import PAGE, page


def test_the_page_of_the_docs_is_up_to_date() -> None:
    """Each command ends with the exit code that the page tells; all answers are those of the page."""
    assert page() == PAGE.read_text("utf-8"), "run: python tests/explain_page.py"
