"""A public ledger: one small page of what is claimed of a grouping, with all that checks it again."""

from sip_grouping.ledger.ledger import Ledger
from sip_grouping.ledger.prove import prove

__all__ = ["Ledger", "prove"]
