"""Requests and answers: routes, bodies, paging and limits."""
