"""The standing documents, one module each: from a process to a document."""
