"""Objects of a portal: which exist, and what custom objects and association labels must satisfy."""
