"""Talks to one HubSpot account through the official client: hubspot-api-client 12, https://github.com/HubSpot/hubspot-api-python

Its generated methods know neither newer fields nor dated paths, and its `api_request` has no timeout and no connection
pool; so calls go through the request method under its generated APIs, which sends bodies as they are [tested].
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import urllib3
from hubspot import HubSpot
from hubspot.crm.properties.exceptions import ApiException
from urllib3.exceptions import HTTPError, LocationParseError, TimeoutError

from revops_hubspot.api.errors import Json, is_daily_limit, parse_body, refusal, unreachable
from revops_hubspot.api.limiter import Limiter
from revops_hubspot.api.network import network_settings
from revops_hubspot.api.object_types import is_bare
from revops_hubspot.api.read_lag import is_there, read_until
from revops_hubspot.api.versions import PATHS, SEMANTIC
from revops_iac.errors import AccountError, Bug

DEFAULT_URL = "https://api.hubapi.com"
TIMEOUT_S = (10.0, 60.0)
"""Connect and read."""
TRIES = 6
TRIES_WHEN_BUSY = 20
"""For a 429 short of the daily limit: it passes by itself, and a run that others slow down must not end half-way."""
TRIES_WITHOUT_ANSWER = 3
RETRIED = frozenset({423, 429, 477, 500, 502, 503, 504, 521, 523, 524})
"""[D] sections 0.2 and 10 of the reference; 500 because it was seen as a passing failure [T]."""
NOT_DONE = frozenset({423, 429, 477})
"""Answers that say the call was not carried out."""
PAGE_SIZE = 100
OBJECT_PARTS = frozenset({"object", "start", "end"})
"""Path parts that name an object type."""

T = TypeVar("T")


class _Lost(Exception):
    """No answer: the call may have landed or not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HubSpotClient:
    """One per account and process, for all threads. `writes_allowed` is switched off while nothing may change.

    `memory` keeps what is read once per process and belongs to no single kind (names of people and lists).
    """

    def __init__(self, token: str, base_url: str = DEFAULT_URL, version: str = SEMANTIC) -> None:
        self.base_url = base_url.rstrip("/")
        self.version = version
        self.paths = PATHS[version]
        self.writes_allowed = True
        self.limiter = Limiter()
        self.reads_sensitive = False
        """Whether properties that hold sensitive data are read too; every such read needs scopes of its own [S]."""
        self.secret_of: Callable[[str], str | None] = os.environ.get
        """The value of a `{secret: NAME}`, from the environment or stack config; asked at a write and never kept."""
        self.answer_headers: Mapping[str, str] = {}
        """Of the latest success: what is left of the limits, and the time there."""
        self._memory: dict[str, Any] = {}
        self.memory_lock = threading.RLock()
        hubspot = HubSpot(
            access_token=token,
            host=self.base_url,
            base_url=self.base_url,
            retry=urllib3.Retry(0, redirect=0),
            **network_settings(self.base_url),
        )
        self._api = hubspot.crm.properties.core_api.api_client

    def get(self, area: str, path: str = "", query: Mapping[str, Any] | None = None, **parts: str) -> Json:
        """GET. `parts` fill `{name}` in the path, percent-encoded. Raises AccountError."""
        return self._call("GET", area, path, None, query, parts, None)

    def find(self, area: str, path: str, query: Mapping[str, Any] | None = None, **parts: str) -> Json | None:
        """GET that answers None where HubSpot says 404. Raises AccountError."""
        try:
            return self.get(area, path, query, **parts)
        except AccountError as error:
            if getattr(error, "status", None) == 404:
                return None
            raise

    def ask(self, area: str, path: str, body: Json, **parts: str) -> Json:
        """A POST that only reads (search, batch read). Raises AccountError."""
        return self._call("POST", area, path, body, None, parts, None, reads=True)

    def token_scopes(self) -> frozenset[str]:
        """The scopes of the token in use; works for private apps and service keys [O][T]. Raises AccountError."""
        asked = {"tokenKey": self._api.configuration.access_token}
        return frozenset(self.ask("token", "/access-token-info", asked)["scopes"])

    def pages(self, area: str, path: str = "", query: Mapping[str, Any] | None = None, **parts: str) -> Iterator[Json]:
        """The results of all pages of a GET that pages by `paging.next.after`. Raises AccountError."""
        after: str | None = None
        while True:
            asked = {"limit": PAGE_SIZE, **(query or {}), **({"after": after} if after else {})}
            page = self.get(area, path, asked, **parts)
            yield from page.get("results", ())
            after = ((page.get("paging") or {}).get("next") or {}).get("after")
            if not after:
                return

    def write(
        self,
        method: str,
        area: str,
        path: str,
        body: Json = None,
        query: Mapping[str, Any] | None = None,
        *,
        landed: Callable[[], Json | None] | None = None,
        **parts: str,
    ) -> Json:
        """A call that changes the account.

        When its answer is lost, `landed` is asked before it is sent again: it returns what the call would have
        answered, or None when it did not arrive. Without it only PUT, PATCH and DELETE are sent again, which change
        nothing twice.
        Raises AccountError.
        """
        if not self.writes_allowed:
            raise Bug(
                f"HubSpot {method} {self.paths[area]}{path}: a preview must not write",
                "report this with the command that was run",
            )
        return self._call(method, area, path, body, query, parts, landed)

    def remembered(self, key: str, read: Callable[[], T]) -> T:
        """What `read` returned the first time it was asked for under `key` in this process."""
        with self.memory_lock:
            if key not in self._memory:
                self._memory[key] = read()
            value: T = self._memory[key]
            return value

    def forget(self, key: str) -> None:
        """Reads `key` again at the next question."""
        with self.memory_lock:
            self._memory.pop(key, None)

    def forget_reads(self) -> None:
        """Reads everything that was remembered again at the next question."""
        with self.memory_lock:
            self._memory.clear()

    def _call(
        self,
        method: str,
        area: str,
        path: str,
        body: Json,
        query: Mapping[str, Any] | None,
        parts: Mapping[str, str],
        landed: Callable[[], Json | None] | None,
        reads: bool = False,
    ) -> Json:
        template, parts = self.paths[area] + path, self._qualified(parts)
        repeatable = reads or method != "POST" or landed is not None
        is_lost = False
        for attempt in range(TRIES_WHEN_BUSY):
            self.limiter.wait_turn(is_search=area == "objects" and path.endswith("/search"))
            try:
                return self._send(method, template, body, query, parts)
            except _Lost as lost:
                if attempt >= TRIES_WITHOUT_ANSWER - 1 or not repeatable:
                    raise unreachable(method, template.format(**parts), self.base_url, lost.reason) from None
                self.limiter.back_off(attempt, 0, {})
                is_lost = True
            except ApiException as error:
                if error.status == 404 and method == "DELETE" and attempt:
                    return None  # the first try arrived
                if not self._waited(error, attempt, repeatable):
                    found = read_until(landed, is_there) if landed is not None and is_lost else None
                    if found is not None:  # refused because the first try arrived, which reads did not show yet
                        return found
                    raise _refusal(method, template.format(**parts), error) from None
                is_lost = is_lost or error.status not in NOT_DONE
            if landed is not None and is_lost and (found := landed()) is not None:
                return found
        raise Bug(f"HubSpot {method} {template}: gave up without an answer")

    def portal_id(self) -> int:
        """The id of the portal that the token belongs to."""
        return self.remembered("portal id", lambda: int(self.get("account", "/details")["portalId"]))

    def _qualified(self, parts: Mapping[str, str]) -> Mapping[str, str]:
        """The parts with custom objects as `p<portal>_<name>`: a model names them without the portal."""
        bare = {key: name for key, name in parts.items() if key in OBJECT_PARTS and is_bare(name)}
        return {**parts, **{key: f"p{self.portal_id()}_{name}" for key, name in bare.items()}}

    def _waited(self, error: ApiException, attempt: int, repeatable: bool) -> bool:
        """Waits when the call is worth another try; False when it is not."""
        headers = _headers(error)
        self.limiter.learn(headers)
        tries = TRIES_WHEN_BUSY if error.status == 429 else TRIES
        if attempt >= tries - 1 or not (repeatable or error.status in NOT_DONE) or not _passes(error):
            return False
        self.limiter.back_off(attempt, error.status, headers)
        return True

    def _send(
        self, method: str, path: str, body: Json, query: Mapping[str, Any] | None, parts: Mapping[str, str]
    ) -> Json:
        try:
            response = self._api.call_api(
                path,
                method,
                path_params=dict(parts),
                query_params=_query(query or {}),
                header_params={"Accept": "application/json"},
                body=body,
                auth_settings=["oauth2"],
                _preload_content=False,
                _request_timeout=TIMEOUT_S,
            )
        except LocationParseError as error:
            raise _Lost(str(error)) from None
        except TimeoutError:
            raise _Lost("timed out") from None
        except HTTPError as error:
            raise _Lost(_reason(error)) from None
        self.limiter.learn(response.headers)
        self.answer_headers = response.headers
        text = response.data.decode("utf-8")
        return json.loads(text) if text else None


def _query(query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Booleans in lower case, lists as repeated parameters."""
    pairs = [(key, item) for key, value in query.items() for item in (value if isinstance(value, list) else [value])]
    return [(key, str(value).lower() if isinstance(value, bool) else value) for key, value in pairs]


def _reason(error: HTTPError) -> str:
    cause = getattr(error, "reason", None) or error
    name = type(cause).__name__
    return {"NewConnectionError": "connection refused", "NameResolutionError": "unknown host"}.get(name, name)


def _headers(error: ApiException) -> Mapping[str, str]:
    return urllib3.HTTPHeaderDict(error.headers or {})


def _passes(error: ApiException) -> bool:
    """Whether waiting a little can help."""
    return error.status in RETRIED and not is_daily_limit(error.status, parse_body(error.body or ""))


def _refusal(method: str, path: str, error: ApiException) -> AccountError:
    return refusal(method, path, error.status, error.body or "", _headers(error).get("x-hubspot-correlation-id"))
