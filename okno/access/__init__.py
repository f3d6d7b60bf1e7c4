"""Users, departments, roles, grants and sessions: the one area that all may use."""
