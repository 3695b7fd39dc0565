"""Reports: the columns they show."""
