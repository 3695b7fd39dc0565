"""Fields and their picklist values: access, type changes, and what a change loses."""
