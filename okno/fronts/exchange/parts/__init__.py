"""Formats and transports of the exchange, one folder each."""
