"""Mail: raw messages read into plain values, messages built, mailboxes and mail servers spoken to."""
