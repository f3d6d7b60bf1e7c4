"""Pages of documents: own organisations, texts of letters, rates."""
