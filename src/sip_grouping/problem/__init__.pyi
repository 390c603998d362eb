# The names of this package and where each of them lives; see `sip_grouping`.

from .arrays import Cell, Problem, Ways
from .build import build_problem
from .reach import VIDEO

__all__ = ["VIDEO", "Cell", "Problem", "Ways", "build_problem"]
