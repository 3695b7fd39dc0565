"""What every new client of the simulators would cost again: connections stay open from one client to the next.

A test opens many sessions, each with vendor clients of its own, as provider processes do. The clients stay theirs; only
the pool of connections under requests and what the HubSpot client reads of its own package are kept. A connection that
the other side cut is noticed by the pool and made anew.

What would go through TLS to a simulator, checked by its own certificate authority, goes to its other port without: the
work of TLS is a seventh of a test's. Whatever has another authority, and every other process, goes through TLS.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators, SalesforceAccess
from hubspot.discovery import discovery_base
from requests.adapters import HTTPAdapter

AFTER_LOGIN = ("/services/data/", "/services/Soap/m/")
"""A login answers with the scheme that it was asked through, so it keeps to TLS."""


class KeptConnections(HTTPAdapter):
    """An adapter that all sessions of requests share, so a session that closes leaves it open."""

    def __init__(self, org: SalesforceAccess) -> None:
        super().__init__(pool_maxsize=32)
        self._org = org

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """As requests does it; the answer says the URL that was asked for."""
        url, secure = str(request.url), tuple(f"{self._org.https_url}{path}" for path in AFTER_LOGIN)
        if not url.startswith(secure) or options.get("verify") != self._org.ca_bundle:
            return super().send(request, *args, **options)
        request.url = self._org.http_url + url.removeprefix(self._org.https_url)
        try:
            response = super().send(request, *args, **options)
        finally:
            request.url = url
        response.url = url
        return response

    def close(self) -> None:
        """Nothing."""


class _KnownVersions:
    version = staticmethod(cache(metadata.version))


@contextmanager
def kept_connections(simulators: RunningSimulators) -> Iterator[None]:
    """Within, all sessions of requests share their connections. Another host, port or bundle is another pool."""
    kept = KeptConnections(simulators.salesforce)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(requests.sessions, "HTTPAdapter", lambda: kept)
        patched.setattr(requests.sessions, "get_environ_proxies", lambda url, no_proxy: {})
        patched.setattr(discovery_base, "metadata", _KnownVersions)
        yield
    HTTPAdapter.close(kept)
