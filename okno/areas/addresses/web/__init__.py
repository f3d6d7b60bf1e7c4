"""Pages of addresses."""
