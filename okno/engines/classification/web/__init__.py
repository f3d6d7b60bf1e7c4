"""Pages of classification, and what it puts on cards."""
