"""What a portal holds, and what a new one begins with."""
