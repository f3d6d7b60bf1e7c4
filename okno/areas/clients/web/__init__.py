"""Pages of the client base."""
