"""Metadata types of flows, rules and processes."""
