"""The house keeps its plan: rooms, sizes, relations, registry, doors, migrations and texts."""
