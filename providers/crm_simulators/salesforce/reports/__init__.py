"""Reports that run, and the Analytics REST API."""
