"""The API of one portal: calls, limits, errors, and names of people and objects."""
