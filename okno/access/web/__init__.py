"""The web room of access: who asks, and the pages of sign-in and sessions."""
