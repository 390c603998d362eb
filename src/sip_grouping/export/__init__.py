"""A grouping as an Excel workbook: to read, to send, to correct by hand and to read back."""

from sip_grouping.export.workbook import export_workbook, grouping_workbook

__all__ = ["export_workbook", "grouping_workbook"]
