"""Requests and responses: routes, bodies, paging and limits."""
