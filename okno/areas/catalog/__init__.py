"""Goods and services, their variants, prices and rests."""
