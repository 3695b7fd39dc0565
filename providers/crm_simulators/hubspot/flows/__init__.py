"""Workflows (flows): what is stored, what is refused, and how they run."""
