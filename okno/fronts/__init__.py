"""Where people and other systems come in: they put areas together."""
