"""Metadata types that say who may see what, and who works together."""
