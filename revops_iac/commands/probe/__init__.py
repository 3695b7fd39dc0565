"""`revops probe`: undocumented vendor behavior, tested in a sandbox."""
