"""Pipelines, their stages and their rules."""
