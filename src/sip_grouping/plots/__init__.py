"""Figures of what a run found, in one look: ranks obtained, travel, sizes of groups, scores over time.

Comes in: an edition and a grouping of it, or the trace of a run; a language. Goes out: matplotlib figures,
returned and not shown. Matplotlib takes a second to load: import this package where a figure is drawn.
"""

from sip_grouping.plots.frontier import frontier_plot
from sip_grouping.plots.look import Plot
from sip_grouping.plots.ranks import ranks_plot
from sip_grouping.plots.sizes import sizes_plot
from sip_grouping.plots.trace import trace_plot
from sip_grouping.plots.travel import travel_plot

__all__ = ["Plot", "frontier_plot", "ranks_plot", "sizes_plot", "trace_plot", "travel_plot"]
