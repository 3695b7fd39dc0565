"""Calculation formulas: checks and canonical form."""
