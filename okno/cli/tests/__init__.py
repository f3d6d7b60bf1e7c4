"""Tests of the `okno` command: each word is run as a person would run it."""
