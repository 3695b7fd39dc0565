"""The account, its usage and its limits."""
