"""Pipelines: the order of stage writes, people in rules, and what HubSpot refuses."""
