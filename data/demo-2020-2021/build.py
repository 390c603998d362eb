"""Builds the demo edition: edition.toml and its tables beside this file.

Run ``python data/demo-2020-2021/build.py``, or give another folder to write to. The members come from
`sip_grouping.demo` with a fixed seed; the same version writes the same files, byte for byte.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Contact, Expert, Season
from sip_grouping.edition.calendar import date_range
from sip_grouping.reading import load_edition, save_edition

HERE = Path(__file__).resolve().parent
FILES = ("edition.toml", "members.csv", "offices.csv", "experts.csv", "team.csv")
MEMBERS = 240
SEED = 2020

EDITION = """\
# A demo edition: its members are made up. README.md beside this file says more.
# Only `name` and one theme are required; rules, places and score are the defaults.
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

[calendar]                    # when the groups meet
meeting_hours = 3.0
meetings_per_group = 5        # clipped to what the phases allow
in_person_from = 2021-01-01   # before this date every meeting is by video
start_times = { evening = "18:30", afternoon = "14:00", morning = "09:30" }  # by the last part of a slot
rest_days = 6                 # whole days at least between two meetings of a group
quorum = 0.5                  # share of a group that attends each of its meetings, at least
holidays = true               # public holidays of the group's countries are avoided
closed = ["2020-12-24/2021-01-03"]

[[calendar.phases]]
id = "study"
title = { nl = "Bestuderen van de thema's", fr = "Étude des thèmes", en = "Studying the themes" }
from = 2021-01-01
to = 2021-01-31
meetings = [1, 2]             # least and most per group

[[calendar.phases]]
id = "ideas"
title = { nl = "Ideeën uitwerken", fr = "Recherche d'idées", en = "Working out ideas" }
from = 2021-01-20
to = 2021-02-20
meetings = [1, 2]

[[calendar.phases]]
id = "experts"
title = { nl = "Ontmoeting met deskundigen", fr = "Rencontre d'experts", en = "Meeting experts" }
from = 2021-02-01
to = 2021-02-15
meetings = [1, 1]
expert = true                 # one of experts.csv is at each of these

[[calendar.phases]]
id = "recommendations"
title = { nl = "Aanbevelingen", fr = "Recommandations", en = "Recommendations" }
from = 2021-02-20
to = 2021-03-20
meetings = [1, 1]
synthesis_before = true       # before these the moderators of each theme meet by video
information = 2               # moments for all cooperators, per country

[projects]                    # test projects, carried out by the groups that propose them
from = 2021-01-15
to = 2021-04-15
budget = 12000.0              # for all of them
share_max = { theme = 0.5, country = 0.7 }  # of the budget, for one theme or country
"""

EXPERTS = (
    Expert(
        expert_id="e001",
        themes=("support",),
        languages=("fr", "en"),
        slots=("tue-evening", "thu-evening", "sat-morning"),
        sessions_max=4,
    ),
    Expert(
        expert_id="e002",
        themes=("support", "new-perspectives"),
        languages=("fr", "nl"),
        sessions_max=5,
    ),
    Expert(
        expert_id="e003",
        themes=("new-perspectives", "gender-equality"),
        languages=("fr", "nl", "en"),
        slots=("mon-evening", "tue-evening", "wed-evening", "sat-afternoon"),
        sessions_max=5,
    ),
    Expert(expert_id="e004", themes=("gender-equality",), languages=("fr", "nl"), sessions_max=4),
    Expert(
        expert_id="e005",
        themes=("sharing-economy", "new-perspectives"),
        languages=("fr",),
        slots=("wed-afternoon", "wed-evening", "thu-evening"),
        sessions_max=4,
    ),
    Expert(
        expert_id="e006",
        themes=("support", "gender-equality", "sharing-economy"),
        languages=("fr",),
        cannot=(date_range("2021-02-01/2021-02-05"),),
        sessions_max=4,
    ),
)
"""Made up like the members. Each theme has one who speaks French, all but sharing economy one of Dutch."""

TEAM = (
    Contact(team_id="t01", languages=("fr", "nl", "en"), groups_max=6),
    Contact(team_id="t02", languages=("fr",), groups_max=6),
    Contact(
        team_id="t03",
        languages=("fr", "en"),
        offices=("bruxelles", "louvain-la-neuve", "namur", "liege", "charleroi", "mons", "tournai"),
        groups_max=6,
    ),
    Contact(
        team_id="t04",
        languages=("nl", "en"),
        offices=("bruxelles", "antwerpen", "gent"),
        groups_max=6,
    ),
    Contact(team_id="t05", languages=("fr",), offices=("paris", "lille", "lyon"), groups_max=6),
)
"""Who follows groups."""


def build(folder: Path) -> None:
    """Write the files into an existing folder.

    Raises
    ------
    SystemExit
        The themes or rules written above are not those of the generator.
    """
    edition = synthetic_edition(members=MEMBERS, seed=SEED)
    edition = edition.replace(season=Season(experts=EXPERTS, team=TEAM))
    with tempfile.TemporaryDirectory() as temporary:
        written = Path(temporary) / "edition"
        save_edition(edition, written)
        (written / "edition.toml").write_bytes(EDITION.encode())
        if load_edition(written).digest != edition.digest:
            sys.exit("edition.toml is not the edition of sip_grouping.demo: make them agree")
        for name in FILES:
            shutil.copyfile(written / name, folder / name)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
