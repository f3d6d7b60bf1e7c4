"""Plug-ins of the import: formats of files."""
