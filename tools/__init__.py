"""Tools of the house: they check it, draw it and lay new rooms; nothing in okno imports them."""
