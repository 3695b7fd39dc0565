"""Filter branches of lists and flows: checked and evaluated."""
