"""The API of one org: login, calls, limits and errors."""
