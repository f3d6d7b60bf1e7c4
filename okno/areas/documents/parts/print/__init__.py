"""Print forms: typed data in, PDF out; the words and the layout of a form live in forms/*.typ."""
