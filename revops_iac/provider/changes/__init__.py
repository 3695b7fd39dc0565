"""What differs between desired and live, and what a change needs before it is made."""
