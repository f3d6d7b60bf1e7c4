"""Pages of potential."""
