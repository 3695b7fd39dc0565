"""Adopting an account that exists: reading it, writing it as YAML and as state, and undoing that."""
