"""How many members obtained which choice.

Comes in: a grouping. Goes out: bars, those by video on those in person; and who has no group.
"""

from collections import Counter

from sip_grouping.catalogue import Language, number, pattern
from sip_grouping.colours import NEUTRAL
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping, LeftOutStatus
from sip_grouping.plots.look import GRID, LOCAL, VIDEO, Plot, drawing, words


def ranks_plot(grouping: Grouping, language: Language) -> Plot:
    """Return a bar for each choice, and one for the members who take part and have no group."""
    counts = Counter((one.rank, one.track) for one in grouping.placements)
    ranks = list(range(1, max((rank for rank, _ in counts), default=1) + 1))
    without = sum(one.status is LeftOutStatus.UNPLACED for one in grouping.left_out)
    title = words(language, "ranks", edition=grouping.edition_name)
    with drawing(title) as (plot, axes):
        local = [counts[rank, Track.LOCAL] for rank in ranks]
        video = [counts[rank, Track.VIDEO] for rank in ranks]
        axes.bar(ranks, local, color=LOCAL, label=pattern(language, "track", "local"))
        axes.bar(ranks, video, bottom=local, color=VIDEO, label=pattern(language, "track", "video"))
        axes.bar([len(ranks) + 1], [without], color=NEUTRAL)
        heights = [one + other for one, other in zip(local, video, strict=True)]
        everyone = max(1, sum(heights) + without)
        labels = [words(language, "choice", rank=rank) for rank in ranks]
        labels.append(words(language, "without"))
        told = []
        for at, count in enumerate([*heights, without]):
            share = number(language, 100 * count / everyone)
            text = words(language, "bar", count=number(language, count), share=share)
            axes.annotate(text, (at + 1, count), (0, 3), textcoords="offset points", ha="center")
            told.append(words(language, "told", what=labels[at], figure=text))
        plot.tell(title, *told)
        axes.set_xticks([*ranks, len(ranks) + 1], labels)
        axes.set_ylabel(words(language, "members"))
        axes.set_ylim(0, max(*heights, without, 1) * 1.12)
        axes.grid(axis="y", color=GRID)
        axes.legend()
    return plot
