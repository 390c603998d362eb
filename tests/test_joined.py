"""Who belongs together: the least of each connected part, as scipy has the parts."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sip_grouping.edition.joined import first_joined


@example(4, [(3, 2), (2, 1), (1, 0)])
@settings(deadline=None)
@given(
    st.integers(1, 12), st.lists(st.tuples(st.integers(-2, 14), st.integers(-2, 14)), max_size=16)
)
def test_each_has_the_least_of_its_connected_part(count: int, ties: list[tuple[int, int]]) -> None:
    found = first_joined(range(count), ties)
    inside = [tie for tie in ties if all(0 <= one < count for one in tie)]
    ends = np.array(inside, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    part = connected_components(graph, directed=False)[1]
    least = {one: int(np.flatnonzero(part == part[one])[0]) for one in range(count)}
    assert found == least
    assert list(found) == list(range(count))
