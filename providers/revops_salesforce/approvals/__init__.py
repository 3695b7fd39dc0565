"""Approval processes: their form and versions."""
