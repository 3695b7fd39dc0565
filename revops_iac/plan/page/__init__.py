"""The page of a plan that people review: in Markdown, HTML and SARIF."""
