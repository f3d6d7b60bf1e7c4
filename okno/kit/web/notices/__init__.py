"""Pages of notices and reminders."""
