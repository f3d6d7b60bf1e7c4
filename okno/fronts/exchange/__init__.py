"""Exchange with 1C and other accounting systems: formats, sessions, links and the application of packages."""
