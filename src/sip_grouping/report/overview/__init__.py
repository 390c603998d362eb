"""The overview of the follow-up group: where each group stands, what comes next, what is short."""
