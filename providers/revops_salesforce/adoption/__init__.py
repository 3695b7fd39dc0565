"""What adoption and backup ask of an org: everything that it has, who changed it, and whose records are whose."""
