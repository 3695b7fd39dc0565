"""Metadata types of permissions, groups and queues."""
