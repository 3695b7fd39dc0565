"""Requests and replies, SOAP envelopes and login."""
