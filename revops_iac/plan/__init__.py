"""Judging a plan against the account before anything is touched."""
