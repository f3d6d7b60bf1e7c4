"""Writes of addresses: regions of classifiers, coordinates that a service told."""

from okno.areas.addresses.commands.geocoding import Geocoder, coordinates_of, forget_unknown, geocoder
from okno.areas.addresses.commands.loading import LOAD, chosen, keep_region, load, load_region, load_regions

__all__ = [
    "LOAD",
    "Geocoder",
    "chosen",
    "coordinates_of",
    "forget_unknown",
    "geocoder",
    "keep_region",
    "load",
    "load_region",
    "load_regions",
]
