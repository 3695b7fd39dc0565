"""Requests and replies, SOAP envelopes and logging in."""
