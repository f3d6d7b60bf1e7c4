"""The engine of portraits: questionnaires over fields of any record, and interests."""
