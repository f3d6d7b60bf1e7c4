"""Parts of the business, each with its own words."""
