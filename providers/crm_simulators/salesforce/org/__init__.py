"""An organization: its tables, ids, objects, fields, and who may see them."""
