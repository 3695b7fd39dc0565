"""Filters of segments and workflows: text, tree and HubSpot's JSON."""
