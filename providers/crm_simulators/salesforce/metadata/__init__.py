"""The Metadata API: its calls, and packages that are deployed and retrieved."""
