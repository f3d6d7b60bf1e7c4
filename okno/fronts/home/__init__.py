"""Home: desktops, "My work", and the demo company, which puts all areas together."""
