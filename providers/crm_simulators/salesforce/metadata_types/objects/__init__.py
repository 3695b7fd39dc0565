"""Metadata types of objects, fields and what belongs to them."""
