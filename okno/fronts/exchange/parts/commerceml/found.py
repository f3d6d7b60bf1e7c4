"""What the reader hands out besides business objects: where it was found, the head of the file, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from okno.fronts.exchange.parts.commerceml.classifier import (
    CategorySeen,
    GroupSeen,
    PriceTypeSeen,
    PropertySeen,
    UnitSeen,
)
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.fronts.exchange.parts.commerceml.goods import GoodsSeen
from okno.fronts.exchange.parts.commerceml.offers import OfferSeen
from okno.fronts.exchange.parts.commerceml.parties import CounterpartySeen, WarehouseSeen
from okno.kit.errors import Refused


@dataclass(frozen=True, slots=True)
class Header:
    """The root element: the version is told for the journal only, nobody may decide by it."""

    root: str
    version: str
    formed_at: datetime | None
    namespace: str
    encoding: str


@dataclass(frozen=True, slots=True)
class ClassifierStart:
    """A classifier begins; groups, properties, price types, warehouses and units that follow belong to it."""

    id: str
    name: str
    changes_only: bool


@dataclass(frozen=True, slots=True)
class CatalogueStart:
    """A catalogue begins; it is full only when the file says so in words, absence means changes only."""

    id: str
    classifier_id: str
    name: str
    changes_only: bool


@dataclass(frozen=True, slots=True)
class OfferPackageStart:
    """A package of offers begins: `is_changes` marks the short form `ИзмененияПакетаПредложений`."""

    id: str
    catalogue_id: str
    classifier_id: str
    name: str
    changes_only: bool
    is_changes: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """The seller's organisation, as it stands in a classifier, catalogue or package of offers."""

    place: str
    counterparty: CounterpartySeen


@dataclass(frozen=True, slots=True)
class Ignored:
    """An element nobody reads; told once for each place and name, however often it stands in the file."""

    line: int
    element: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An object that could not be read; the objects after it are read on."""

    line: int
    element: str
    object_id: str
    refusal: Refused

    @property
    def code(self) -> str:
        """The cause for programs."""
        return self.refusal.code

    @property
    def message(self) -> str:
        """The cause for people, in the language active at the moment of asking."""
        return self.refusal.message


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a file whose objects were all passed over; its index is how many there are."""


Thing = (
    Header
    | ClassifierStart
    | CatalogueStart
    | OfferPackageStart
    | Owner
    | GroupSeen
    | PropertySeen
    | PriceTypeSeen
    | WarehouseSeen
    | UnitSeen
    | CategorySeen
    | GoodsSeen
    | OfferSeen
    | CounterpartySeen
    | DocumentSeen
    | ContainerSeen
    | Ignored
    | Trouble
    | Ended
)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing of the file: `index` is the checkpoint to start from to get it again, `line` where it begins."""

    index: int
    line: int
    object: Thing
