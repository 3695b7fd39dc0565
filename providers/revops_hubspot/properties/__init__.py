"""Properties: validation rules, what HubSpot refuses, and what a change loses."""
