"""Workflows: steps and enrollment as people write them, and as HubSpot takes them."""
