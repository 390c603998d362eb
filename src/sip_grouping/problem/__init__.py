"""The problem behind an edition: member classes, cells, pairs and ways, as arrays; no solver."""

from sip_grouping.problem.arrays import Cell, Problem, Ways
from sip_grouping.problem.build import build_problem
from sip_grouping.problem.reach import VIDEO

__all__ = ["VIDEO", "Cell", "Problem", "Ways", "build_problem"]
