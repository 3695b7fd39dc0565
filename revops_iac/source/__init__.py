"""From YAML files and overlays to a model in which every value knows its place."""
