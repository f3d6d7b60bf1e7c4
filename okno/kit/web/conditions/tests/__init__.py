"""Tests of the editor of conditions."""
