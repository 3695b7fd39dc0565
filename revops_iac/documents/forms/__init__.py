"""The forms of a document: Markdown, HTML and PDF."""
