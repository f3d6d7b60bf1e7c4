"""The paths that earn the money, walked in a real browser over a real server with its worker."""
