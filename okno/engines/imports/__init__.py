"""Import of rows of any record from files: what they are, where they go, and the way back."""
