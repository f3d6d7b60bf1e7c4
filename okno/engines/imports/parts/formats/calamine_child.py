"""
Turns one sheet of an XLS or ODS file into lines of JSON; run as a program of its own with a bound on its memory.

Words: the file, the name of the sheet (empty: list the names), the file to write.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MOST_MEMORY = 1 << 30
MOST_SECONDS = 100
DAMAGED = 3


def main(source: str, sheet: str, target: str) -> int:
    """Write the rows, or the names of sheets. Returns what the process ends with."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - bounds come first

    try:
        book = CalamineWorkbook.from_path(source)
        with Path(target).open("w", encoding="utf-8") as file:
            if not sheet:
                json.dump(book.sheet_names, file, ensure_ascii=False)
                return 0
            for number, row in enumerate(book.get_sheet_by_name(sheet).iter_rows(), 1):
                line = json.dumps([number, [plain(one) for one in row]], ensure_ascii=False)
                file.write(f"{line}\n")
    except (CalamineError, OSError, ValueError):
        return DAMAGED
    return 0


def plain(value: Any) -> Any:
    """A cell as JSON keeps it."""
    match value:
        case datetime():
            is_day = value.hour == value.minute == value.second == 0
            return {"day": value.date().isoformat()} if is_day else {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case time() | timedelta():
            return str(value)
        case bool() | str():
            return value
        case float():
            if value.is_integer() and abs(value) < 1e15:
                return int(value)
            return {"number": repr(value)}
    return value


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.exit(main(*sys.argv[1:4]))
