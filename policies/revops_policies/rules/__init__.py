"""One rule per module; the file name in kebab case is the rule's id."""
