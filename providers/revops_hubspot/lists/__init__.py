"""Segments: what HubSpot refuses."""
