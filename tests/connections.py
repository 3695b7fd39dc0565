"""What every new client of the simulators would cost again: connections stay open from one client to the next.

A test opens many sessions, each with vendor clients of its own, as provider processes do. The clients stay theirs; only
the pool of connections under requests, with its TLS handshakes, and what the HubSpot client reads of its own package
are kept. A connection that the other side cut is noticed by the pool and made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata

import pytest
import requests
from hubspot.discovery import discovery_base
from requests.adapters import HTTPAdapter


class KeptConnections(HTTPAdapter):
    """An adapter that all sessions of requests share, so a session that closes leaves it open."""

    def close(self) -> None:
        """Nothing."""


class _KnownVersions:
    version = staticmethod(cache(metadata.version))


@contextmanager
def kept_connections() -> Iterator[None]:
    """Within, all sessions of requests share their connections. Another host, port or bundle is another pool."""
    kept = KeptConnections(pool_maxsize=32)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(requests.sessions, "HTTPAdapter", lambda: kept)
        patched.setattr(discovery_base, "metadata", _KnownVersions)
        yield
    HTTPAdapter.close(kept)
