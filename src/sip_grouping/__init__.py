"""Form working groups of a cooperative's members: proven good, verified and explained.

>>> import sip_grouping as sip
>>> edition = sip.load_edition("data/demo-2020-2021")
>>> result = sip.form_groups(edition, time_limit=60)
>>> print(result.summary())
>>> sip.save(result, "groups")

Importing this package does nothing else: no files are read and no solver is loaded until a name that
needs it is used. The public names stand in ``__init__.pyi``.
"""

import logging

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

logging.getLogger(__name__).addHandler(logging.NullHandler())
