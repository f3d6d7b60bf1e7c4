"""Clients, their legal entities and contacts."""
