"""Layouts of cards and of forms for new rows: whose stands above whose, and how they are kept."""
