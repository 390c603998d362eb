"""Synthetic editions: members who do not exist, at postcodes that do."""

from sip_grouping.demo.synthetic import synthetic_edition

__all__ = ["synthetic_edition"]
