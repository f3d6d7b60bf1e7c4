"""The door for 1C and the pages of the exchange."""
