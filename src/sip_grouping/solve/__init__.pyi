# The names of this package and where each of them lives; see `sip_grouping`.

from .form import form_groups

__all__ = ["form_groups"]
