"""``python -m sip_grouping`` is the command ``sip-grouping``; the entry point of both.

Signals are heard and the clock runs before anything large is loaded.
"""

import gc
from typing import NoReturn

from sip_grouping.command.clock import process_start
from sip_grouping.command.invocation import Invocation


def main() -> NoReturn:
    """Run the command with the arguments of the process, and end the process."""
    invocation = Invocation(started=process_start())
    invocation.interruption.install()
    # Modules and records hardly ever leave cycles behind: looking for them all the time takes an
    # eighth of the start.
    gc.set_threshold(100_000, 20, 100)

    from sip_grouping.command.app import run_process  # noqa: PLC0415

    run_process(invocation)


if __name__ == "__main__":
    main()
