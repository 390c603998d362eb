"""The problem behind an edition: member classes, cells and their pairs, as arrays; no solver."""

from sip_grouping.problem.build import VIDEO, Cell, Problem, build_problem

__all__ = ["VIDEO", "Cell", "Problem", "build_problem"]
