"""What the model says of a record."""
