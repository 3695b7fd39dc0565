"""How a CRM is called: the calls of its API, its answers, its clock, and creations in batches."""
