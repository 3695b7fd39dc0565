"""What adoption and backup ask of a portal: everything that it has, who changed it, and whose records are whose."""
