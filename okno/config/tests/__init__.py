"""Tests of the wiring: settings, the database's supervisor, live updates, starting and stopping."""
