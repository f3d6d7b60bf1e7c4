"""The quality engine: how complete the cards of any record are."""
