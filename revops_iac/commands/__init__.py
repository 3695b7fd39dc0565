"""The command line `revops`: one module per command."""
