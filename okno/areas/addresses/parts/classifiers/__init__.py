"""Classifiers of addresses: ГАР as XML by regions, КЛАДР as DBF; both give places, their parents, and houses."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from okno.areas.addresses.parts.classifiers.gar import Gar
from okno.areas.addresses.parts.classifiers.kladr import Kladr
from okno.areas.addresses.parts.classifiers.shape import Classifier, HouseRow, Tell
from okno.areas.addresses.parts.classifiers.shelf import Shelf
from okno.kit.errors import Refused

__all__ = ["Classifier", "HouseRow", "Tell", "opened"]


def opened(path: Path, name: str = "") -> Classifier:
    """
    The classifier of a folder or a ZIP archive.

    :param name: what people call it, when that is not the name of the file.
    :raises Refused: there is neither of them, the archive may not be unfolded, or it holds none of the classifiers.
    """
    shelf = Shelf(path, name)
    for kind in (Gar, Kladr):
        found: Classifier = kind(shelf)
        if found.regions():
            return found
    raise Refused(
        "addresses.unknown",
        _("“%(name)s” holds neither ГАР (folders of regions with AS_ADDR_OBJ_….XML) nor КЛАДР (KLADR.DBF)."),
        name=shelf.name,
    )
