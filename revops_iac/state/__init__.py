"""What is kept beside Pulumi's state, in `.revops/<stack>/`."""
