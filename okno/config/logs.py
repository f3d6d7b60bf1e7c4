"""What our logs leave out: pages of tracebacks when the database is away for a moment."""

from __future__ import annotations

import logging

from procrastinate.exceptions import ConnectorException


class DatabaseAway(logging.Filter):
    """Tells in one line that the queue lost its database: the worker ends and is started again by its supervisor."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten such a record; every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ConnectorException):
            reason = str(error.__cause__ or error).strip().splitlines()
            record.msg, record.args = f"the queue lost its database: {reason[0] if reason else type(error)}", ()
            record.exc_info = record.exc_text = None
        return True
