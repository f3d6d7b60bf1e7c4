"""The functions of the language by their subjects; importing a subject puts its functions into the catalogue."""
