"""What `revops doctor` checks in an org."""
