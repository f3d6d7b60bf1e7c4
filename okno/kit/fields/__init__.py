"""Custom fields: added, changed, filled, checked, counted and indexed while people work."""
