"""Pages of communications: letters and mailboxes."""
