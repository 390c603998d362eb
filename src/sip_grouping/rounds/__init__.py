"""The life cycle of an edition: groups are proposed, members answer, everything is kept in one store."""

from sip_grouping.rounds.checking import verify_round
from sip_grouping.rounds.rounds import Rounds

__all__ = ["Rounds", "verify_round"]
