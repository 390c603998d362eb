"""Editions in and out: from folders, workbooks, DataFrames and Python objects, and back to a folder."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
