"""What every test starts from: findings are told in English, whatever the language of the machine."""

import os

os.environ["LC_ALL"] = "C.UTF-8"  # the first variable that is asked, here and in every subprocess
