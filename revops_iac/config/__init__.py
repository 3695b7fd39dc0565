"""Stack configuration and settings."""
