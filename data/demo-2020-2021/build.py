"""Builds the demo edition: edition.toml, members.csv and offices.csv beside this file.

Run ``python data/demo-2020-2021/build.py``, or give another folder to write to. The members come from
`sip_grouping.demo` with a fixed seed; the same version writes the same files, byte for byte.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from sip_grouping.demo import synthetic_edition
from sip_grouping.reading import load_edition, save_edition

HERE = Path(__file__).resolve().parent
MEMBERS = 240
SEED = 2020

EDITION = """\
# A demo edition: its members are made up. README.md beside this file says more.
# Only `name` and one theme are required; every other value here is the default.
name = "2020-2021"

[rules]                       # a theme may change any of these under [themes.rules]
local = { size_min = 8, size_max = 15 }
video = { size_min = 10, size_max = 40 }
travel_km = 30.0              # from home to the meeting place of a local group
# office_travel_km = 45.0     # the same, where the place is the member's own office; left out: as above
# spread_km = 60.0            # between any two members of a local group; left out: no limit
moderators = 1                # volunteers per group, all different people
secretaries = 1
shared_language = true        # a group works in one language that all its members list
shared_slot = false           # true: a group meets in one weekly slot that all its members list
groups_per_member = 1

[places]                      # where local groups may meet
offices = true
towns = "members"             # in the postcodes of members; "none"; or a list such as ["BE-4000"]
thinning_km = 10.0            # towns nearer than this to an office or a kept town are dropped

[score]                       # higher is better
rank_points = [100.0, 80.0, 60.0]  # per placed member, by the rank of the theme
km_points = 0.5               # lost per km from home to the meeting place
video_points = 15.0           # lost per member by video who would also meet in person
group_points = 0.0            # lost per group

[reading]                     # how the tables are read
ignore = ["answer_language"]  # columns that are known to hold nothing of the edition

[[themes]]
id = "support"
title = { nl = "Begeleiding", fr = "Accompagnement", en = "Support" }
countries = ["BE", "FR"]

[[themes]]
id = "new-perspectives"
countries = ["BE", "FR"]
[themes.title]
nl = "Nieuwe vooruitzichten na de gezondheidscrisis"
fr = "Nouvelles perspectives après la crise sanitaire"
en = "New perspectives after the health crisis"

[[themes]]
id = "gender-equality"
title = { nl = "Gendergelijkheid", fr = "Égalité de genre", en = "Gender equality" }
countries = ["BE", "FR"]

[[themes]]
id = "sharing-economy"
title = { nl = "Deeleconomie", fr = "Économie du partage", en = "Sharing economy" }
countries = ["FR"]            # ranked by members in France only
"""


def build(folder: Path) -> None:
    """Write the three files into an existing folder.

    Raises
    ------
    SystemExit
        The themes or rules written above are not those of the generator.
    """
    edition = synthetic_edition(members=MEMBERS, seed=SEED)
    with tempfile.TemporaryDirectory() as temporary:
        written = Path(temporary) / "edition"
        save_edition(edition, written)
        (written / "edition.toml").write_bytes(EDITION.encode())
        if load_edition(written).digest != edition.digest:
            sys.exit("edition.toml is not the edition of sip_grouping.demo: make them agree")
        for name in ("edition.toml", "members.csv", "offices.csv"):
            shutil.copyfile(written / name, folder / name)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
