"""``python -m sip_grouping`` is the command ``sip-grouping``."""

from sip_grouping.command.app import main

if __name__ == "__main__":
    main()
