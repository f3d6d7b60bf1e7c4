"""Plug-ins of the communications area, a folder for each channel."""
