"""Addresses of the state's classifiers, suggestions while one types, and free text taken to parts."""
