"""The command `sip-grouping`: subcommands, exit codes, progress, and the JSON it prints."""
