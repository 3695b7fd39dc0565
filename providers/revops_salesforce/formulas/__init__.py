"""Formulas of the program: what they name, whether the org takes them, and whom they hit."""
