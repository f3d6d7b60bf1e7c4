"""How an address that people write is taken to parts and compared. Pure: no writes, no clock, no request."""

from okno.areas.addresses.rules.parsing import ORDER, Parts, geo_key, house_key, parse, search_words

__all__ = ["ORDER", "Parts", "geo_key", "house_key", "parse", "search_words"]
