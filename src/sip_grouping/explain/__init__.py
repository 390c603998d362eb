"""What would change a grouping: an edition with named changes, what they bring and for whom.

Comes in: an edition, changes as data. Goes out: the changed edition, and groupings beside each other.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
