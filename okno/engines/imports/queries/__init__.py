"""Reads of the import: imports within reach, what a file holds, where its columns may go, how rows stand."""

from okno.engines.imports.queries.files import Look, letters, lines_of, look, opened, texts_of
from okno.engines.imports.queries.importing import importable, importing_of
from okno.engines.imports.queries.imports import (
    PAGE,
    ids_of,
    import_for_page,
    imports,
    rows_of,
    saved_settings,
    settings_for_drop,
    settings_named,
    settings_within_reach,
)
from okno.engines.imports.queries.reading import RowReader, option_key, option_value, options_of
from okno.engines.imports.queries.targets import shut_targets_of, targets_of

__all__ = [
    "PAGE",
    "Look",
    "RowReader",
    "ids_of",
    "import_for_page",
    "importable",
    "importing_of",
    "imports",
    "letters",
    "lines_of",
    "look",
    "opened",
    "option_key",
    "option_value",
    "options_of",
    "rows_of",
    "saved_settings",
    "settings_for_drop",
    "settings_named",
    "settings_within_reach",
    "shut_targets_of",
    "targets_of",
    "texts_of",
]
