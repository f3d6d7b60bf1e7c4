"""Pages of home: the desktop and how a person arranges it."""
