"""Pages of the portal: public forms and their settings."""
