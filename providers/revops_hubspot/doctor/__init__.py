"""What `revops doctor` checks in a portal."""
