"""Okno: a CRM and business-process platform for organisations that keep their books in 1C."""
