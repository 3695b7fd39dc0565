"""Long runs that are not tests: measurements, and searches that take as long as they are given."""
