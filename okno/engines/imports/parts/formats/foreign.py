"""Files that are texts but no tables: read as CSV they would become rows of rubbish."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats.tables import BadFile

# By how a file begins; programs of banks and of 1C give web pages and XML names of sheets.
BEGINNINGS: tuple[tuple[re.Pattern[bytes], object], ...] = (
    (re.compile(rb"%pdf-"), _("This is a PDF, not a table: ask for the same as XLSX or CSV.")),
    (re.compile(rb"\{\\rtf"), _("This is a text document, not a table: save the table of it as XLSX or CSV.")),
    (
        re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html|<head|<meta|<body|<table)"),
        _("This is a web page, though it may be named as a sheet: open it in a spreadsheet and save it as XLSX."),
    ),
    (
        re.compile(rb"<\?xml|<!--|<!doctype"),
        _("This is XML, not a table: open it in a spreadsheet and save it as XLSX; 1C is connected in its exchange."),
    ),
    (re.compile(rb'\{\s*["\}]|\[\s*[\[\{]'), _("This is JSON, not a table: send it by the API, or as XLSX or CSV.")),
)


def check_is_no_other(head: bytes) -> None:
    """:raises BadFile: the text is of another kind; it says what to do."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, reason in BEGINNINGS:
        if beginning.match(begins):
            raise BadFile("imports.no_table", reason)
