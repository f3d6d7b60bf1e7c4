"""Checks what we write against a published schema, with the two defects of those schemas mended."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from lxml import etree

_XSD = "{http://www.w3.org/2001/XMLSchema}"


def problems(document: bytes, schema: Path) -> list[str]:
    """
    What a schema finds wrong in a document, one line a finding; empty when the document is valid.

    The document is moved to the namespace of the schema first: readers of 1C look at local names only.
    """
    checker, namespace = _checker(schema)
    tree = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for element in tree.iter("{*}*"):
        element.tag = f"{{{namespace}}}{element.tag.rpartition('}')[2]}"
    checker.validate(tree)
    return [f"{error.line}: {error.message}" for error in cast("Iterable[Any]", checker.error_log)]


@lru_cache(maxsize=16)
def _checker(schema: Path) -> tuple[etree.XMLSchema, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    # The namespace of 2.05 has a space in it, which is not a URI, so no schema compiler takes it.
    text = schema.read_bytes().replace(b"urn:1C.ru:commerceml 2", b"urn:1C.ru:commerceml_2")
    root = etree.fromstring(text, parser)
    namespace = root.get("targetNamespace") or ""
    if namespace == "cml":
        _mend_204(root)
    return etree.XMLSchema(root), namespace


def _mend_204(root: etree._Element) -> None:
    """Schema 2.04 lets a counterparty or a bank have one single child, where 2.06 says sequence: take any number."""
    for choice in root.iter(f"{_XSD}choice"):
        if {child.get("name") for child in choice} & {"ОфициальноеНаименование", "Роль", "СчетКорреспондентский"}:
            choice.set("maxOccurs", "unbounded")
