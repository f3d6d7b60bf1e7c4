"""Plug-ins of the documents area, a folder for each kind."""
