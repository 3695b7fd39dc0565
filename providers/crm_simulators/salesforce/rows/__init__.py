"""Rows and their values: stored, computed and derived from metadata."""
