"""Writes of addresses: regions of classifiers, coordinates that a service told."""

from okno.areas.addresses.commands.geocoding import Geocoder, coordinates_of, forget_unknown, geocoder
from okno.areas.addresses.commands.loading import LOAD, chosen, keep_region, load, load_region, load_regions
from okno.areas.addresses.commands.uploading import LARGEST, drop_file, folder, keep_file, taken_in

__all__ = [
    "LARGEST",
    "LOAD",
    "Geocoder",
    "chosen",
    "coordinates_of",
    "drop_file",
    "folder",
    "forget_unknown",
    "geocoder",
    "keep_file",
    "keep_region",
    "load",
    "load_region",
    "load_regions",
    "taken_in",
]
