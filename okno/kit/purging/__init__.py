"""Deleting for good what people have marked for deletion, as far as nothing else refers to it."""
