"""Base classes of kinds that are metadata components."""
