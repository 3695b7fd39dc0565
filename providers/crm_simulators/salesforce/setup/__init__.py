"""A new organization, what is seeded into it, and sandboxes made of it."""
