"""Flows: their form, versions and elements."""
