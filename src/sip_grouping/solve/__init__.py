"""Forming groups: the engine behind `form_groups`."""

from sip_grouping.solve.form import form_groups

__all__ = ["form_groups"]
