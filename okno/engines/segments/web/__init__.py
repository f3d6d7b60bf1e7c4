"""Pages of segments, and what they put on cards and lists of other records."""
