"""Metadata types of reports, dashboards and their folders."""
