"""Stand-ins for real servers, used by tests of the kit only."""
