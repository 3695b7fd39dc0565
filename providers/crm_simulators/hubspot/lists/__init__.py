"""Lists (segments), their folders and memberships."""
