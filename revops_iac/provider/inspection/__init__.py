"""What an account is asked beside its resources: examined, listed, probed, and put to the test of a plan."""
