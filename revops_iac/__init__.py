"""The engine of revops-iac: configuration as code for the revenue process. It knows no vendor."""
