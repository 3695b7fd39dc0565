"""The questions about HubSpot that no source settles; every module holds those of one area of its API."""

from __future__ import annotations
