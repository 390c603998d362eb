"""The season of an edition: meetings, synthesis between groups, test projects, follow-up."""
