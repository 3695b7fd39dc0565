"""Records as they are saved, converted and assigned."""
