"""Web push: notices that browsers show while the program is closed (RFC 8030, 8291, 8292)."""
