"""Writes columns.md, the column reference, of the tables that the reader goes by."""

from pathlib import Path

from sip_grouping.template.reference import reference_page

if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(reference_page(), encoding="utf-8", newline="\n")
