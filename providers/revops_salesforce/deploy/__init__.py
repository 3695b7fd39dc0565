"""File deployments, and validating a plan with one."""
