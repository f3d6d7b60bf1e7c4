"""Services that tell where an address is; one kind so far, that of Nominatim."""

from okno.areas.addresses.parts.geocoders.nominatim import Found, Nominatim

__all__ = ["Found", "Nominatim"]
