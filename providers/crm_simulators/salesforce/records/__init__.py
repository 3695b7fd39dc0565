"""Saving, converting and assigning records."""
