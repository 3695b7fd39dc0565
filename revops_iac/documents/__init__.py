"""Documents made from the model."""
