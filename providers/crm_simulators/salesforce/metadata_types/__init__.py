"""Metadata types: one module each."""
