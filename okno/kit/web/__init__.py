"""The web room of the kit: page classes, shell, search, forms, files, jobs."""
