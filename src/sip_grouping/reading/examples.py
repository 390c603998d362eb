"""The ids of the rows that an empty edition shows how to fill in: nobody forms groups with them.

Comes in: nothing. Goes out: the ids, for the reader that refuses them and the template that writes them.
"""

EXAMPLE_IDS = ("example-1", "example-2", "example-3")
