"""What stands against somebody joining a group: a rule each, and a sentence in three languages.

Comes in: a rule, figures. Goes out: `Obstacle`, whose sentences stand in ``locale/LANGUAGE/join.po``.
"""

from dataclasses import dataclass

from sip_grouping.catalogue import Language, Parameter, number, said
from sip_grouping.rules import RuleId

_CONTEXT = "against"
_METRES = "_m"
_RULES = "rules"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One rule that would not be kept.

    Attributes
    ----------
    rule
        Of the list of rules.
    part
        Which sentence says why.
    parameters
        What it is filled with; one whose name ends with ``_m`` is whole metres, told in km, and ``rules`` are
        ids of rules, told as what these say.
    """

    rule: RuleId
    part: str
    parameters: tuple[tuple[str, Parameter], ...] = ()

    def told_in(self, language: Language) -> str:
        """Return the sentence in a language."""
        filled: dict[str, Parameter] = {}
        for name, value in self.parameters:
            if name == _RULES and isinstance(value, tuple):
                filled[name] = " ".join(said(language, "rule", one) for one in value)
            elif name.endswith(_METRES) and isinstance(value, int):
                filled[name.removesuffix(_METRES)] = number(language, value / 1000, 1)
            else:
                filled[name] = value
        return said(language, _CONTEXT, self.part, **filled)


def against(rule: RuleId, part: str, **parameters: Parameter) -> Obstacle:
    """Return what stands against a placement."""
    return Obstacle(rule, part, tuple(parameters.items()))
