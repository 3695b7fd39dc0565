"""Records of objects: values, associations, search, merges, and the schemas of custom objects."""
