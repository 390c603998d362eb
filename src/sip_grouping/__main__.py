"""``python -m sip_grouping`` is the command ``sip-grouping``; the entry point of both.

Signals are heard and the clock runs before anything large is loaded.
"""

from typing import NoReturn

from sip_grouping.command.clock import process_start
from sip_grouping.command.invocation import Invocation


def main() -> NoReturn:
    """Run the command with the arguments of the process, and end the process."""
    invocation = Invocation(started=process_start())
    invocation.interruption.install()

    from sip_grouping.command.app import run_process  # noqa: PLC0415

    run_process(invocation)


if __name__ == "__main__":
    main()
