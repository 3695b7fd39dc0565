"""What is adopted as YAML, and edits of the YAML that people wrote."""
