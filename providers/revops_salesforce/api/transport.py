"""The HTTP session under simple-salesforce and zeep: it waits and reads only so long, and follows no redirect.

Both libraries would follow a redirect with the session id, in a header or in the body, and set no timeout [S].
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from revops_iac.provider.api.answers import CHUNK_BYTES, MOST_BYTES
from revops_iac.provider.api.clock import ServerClock

TIMEOUT_S = 120


class Redirected(requests.RequestException):
    """The server points elsewhere."""

    def __init__(self, status: int, target: str) -> None:
        super().__init__(f"the server points to {target}, and no redirect is followed")
        self.status = status


class UnreadableBody(requests.RequestException):
    """A body that is larger than any answer, or no text."""


class BoundedSession(requests.Session):
    """A requests session that keeps to one host, a time and a size.

    Proxies and certificates of the environment are read once per host, and no ~/.netrc replaces our token: requests
    looks for all of them before every call [S: requests/sessions.py], a fifth of its own time.
    """

    def __init__(self, clock: ServerClock | None = None) -> None:
        super().__init__()
        self.auth = _as_it_is
        self._clock = clock
        self._environment: dict[tuple[Any, ...], Any] = {}

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """As requests does it."""
        if proxies:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        key = (urlsplit(str(url))[:2], stream, verify, cert)
        if key not in self._environment:
            self._environment[key] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return dict(self._environment[key])

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests does it. Raises Redirected and UnreadableBody besides its errors."""
        kwargs.setdefault("timeout", TIMEOUT_S)
        kwargs |= {"allow_redirects": False, "stream": True}
        response = super().request(method, url, *args, **kwargs)
        if self._clock is not None:
            self._clock.learn(response.headers)
        try:
            if response.is_redirect:
                raise Redirected(response.status_code, urljoin(response.url, response.headers["Location"]))
            body = _body(response)
        finally:
            response.close()
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        if "json" in response.headers.get("Content-Type", ""):
            _require_utf8(body)
        return response


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _body(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(CHUNK_BYTES):
        body += chunk
        if len(body) > MOST_BYTES:
            raise UnreadableBody(f"the answer is larger than {MOST_BYTES // 1024**2} MB")
    return bytes(body)


def _require_utf8(body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableBody("the answer is not UTF-8") from None
