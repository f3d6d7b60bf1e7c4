"""Invoices, payments and shipments."""
