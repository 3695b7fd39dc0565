"""Talks to one HubSpot account through the official client: hubspot-api-client 12, https://github.com/HubSpot/hubspot-api-python

Its generated methods know neither newer fields nor dated paths, and its `api_request` has no timeout and no connection
pool; so calls go through the request method under its generated APIs, which sends bodies as they are [tested].
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from revops_hubspot.api.batches import PropertyBatches
from revops_hubspot.api.delivery import Delivery
from revops_hubspot.api.errors import Json
from revops_hubspot.api.limiter import Limiter
from revops_hubspot.api.object_types import is_bare
from revops_hubspot.api.request import Landed, Request
from revops_hubspot.api.versions import PATHS, SEMANTIC
from revops_iac.errors import AccountError, Bug
from revops_iac.provider.api.answers import MOST_PAGES, Answer, UnreadableAnswer
from revops_iac.provider.api.clock import ServerClock
from revops_iac.provider.session import Session
from revops_iac.redaction import protect

DEFAULT_URL = "https://api.hubapi.com"
PAGE_SIZE = 100
OBJECT_PARTS = frozenset({"object", "start", "end"})
"""Path parts that name an object type."""

T = TypeVar("T")


class HubSpotClient:
    """One per account and process, for all threads. `writes_allowed` is switched off while nothing may change.

    `memory` keeps what is read once per process and belongs to no single kind (names of people and lists).
    """

    def __init__(self, token: str, base_url: str = DEFAULT_URL, version: str = SEMANTIC) -> None:
        # Only here: the official client takes long to import, and most processes of a run make no call.
        from revops_hubspot.api.transport import Transport

        self.base_url = base_url.rstrip("/")
        self.version = version
        self.paths = PATHS[version]
        self.writes_allowed = True
        self.limiter = Limiter()
        self.clock = ServerClock()
        self.reads_sensitive = False
        """Whether properties that hold sensitive data are read too; every such read needs scopes of its own [S]."""
        self.secret_of: Callable[[str], str | None] = os.environ.get
        """The value of a `{secret: NAME}`, from the environment or stack config; asked at a write and never kept."""
        self._memory: dict[str, Any] = {}
        self.memory_lock = threading.RLock()
        self._token = token
        self._transport = Transport(token, self.base_url, self._learn)
        self.properties = PropertyBatches(self.write, self.get)
        protect(token)

    def _learn(self, headers: Mapping[str, str]) -> None:
        self.limiter.learn(headers)
        self.clock.learn(headers)

    @property
    def answer_headers(self) -> Mapping[str, str]:
        """Of the latest success: what is left of the limits, and the time there."""
        return self._transport.headers

    def get(self, area: str, path: str = "", query: Mapping[str, Any] | None = None, **parts: str) -> Json:
        """GET. `parts` fill `{name}` in the path, percent-encoded. Raises AccountError."""
        return self._call(self._request("GET", area, path, query=query or {}, parts=parts))

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
        return self._call(self._request("POST", area, path, body=body, parts=parts, reads=True))

    def token_scopes(self) -> frozenset[str]:
        """The scopes of the token in use; works for private apps and service keys [O][T]. Raises AccountError."""
        asked = {"tokenKey": self._token}
        return frozenset(self.ask("token", "/access-token-info", asked)["scopes"])

    def pages(self, area: str, path: str = "", query: Mapping[str, Any] | None = None, **parts: str) -> Iterator[Json]:
        """The results of all pages of a GET that pages by `paging.next.after`. Raises AccountError."""
        after: str | None = None
        for _ in range(MOST_PAGES):
            asked = {"limit": PAGE_SIZE, **(query or {}), **({"after": after} if after else {})}
            page = self.get(area, path, asked, **parts)
            yield from page.get("results", ())
            before, after = after, ((page.get("paging") or {}).get("next") or {}).get("after")
            if not after:
                return
            if after == before:
                break
        call = self._request("GET", area, path, parts=parts).call
        raise UnreadableAnswer(call, "the pages of the answer never end")

    def write(
        self,
        method: str,
        area: str,
        path: str,
        body: Json = None,
        query: Mapping[str, Any] | None = None,
        *,
        landed: Landed | None = None,
        may_have_landed: bool = False,
        **parts: str,
    ) -> Json:
        """A call that changes the account.

        When its answer is lost, `landed` is asked before it is sent again: it returns what the call would have
        answered, or None when it did not arrive. Without it only PUT, PATCH and DELETE are sent again, which change
        nothing twice. `may_have_landed`: it may be there already, so `landed` is asked first.
        Raises AccountError.
        """
        asked = {"landed": landed, "may_have_landed": may_have_landed}
        return self._write(self._request(method, area, path, body=body, query=query or {}, parts=parts, **asked))

    def create_ambiguous(
        self, area: str, path: str, body: Json, landed: Landed, due: tuple[str, ...] = ("id",), **parts: str
    ) -> Json:
        """A POST of an object whose name need not be unique, so that a second one would make a second object.

        When its answer is lost, `landed` is asked until the reads of the account must show it, and only then is it sent
        again. `due` are the keys that the answer must have. Raises AccountError.
        """
        return self._write(
            self._request("POST", area, path, body=body, parts=parts, landed=landed, is_ambiguous=True, due=due)
        )

    def _write(self, request: Request) -> Json:
        if not self.writes_allowed:
            raise Bug(
                f"HubSpot {request.method} {request.path}: a preview must not write",
                "report this with the command that was run",
            )
        return self._call(request)

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

    def _request(self, method: str, area: str, path: str, *, parts: Mapping[str, str], **rest: Any) -> Request:
        if area not in self.paths:
            raise Bug(
                f'"{area}" is no area of revops_hubspot/api/versions.py, which has {", ".join(sorted(self.paths))}'
            )
        return Request(method, self.paths[area] + path, parts=parts, **rest)

    def _call(self, request: Request) -> Json:
        named = replace(request, parts=self._qualified(request.parts))
        return Delivery(named, self._transport.send, self.limiter, self.base_url).answer()

    def portal_id(self) -> int:
        """The id of the portal that the token belongs to."""
        return self.remembered("portal id", lambda: portal_id_of(self.get("account", "/details")))

    def _qualified(self, parts: Mapping[str, str]) -> Mapping[str, str]:
        """The parts with custom objects as `p<portal>_<name>`: a model names them without the portal."""
        bare = {key: name for key, name in parts.items() if key in OBJECT_PARTS and is_bare(name)}
        return {**parts, **{key: f"p{self.portal_id()}_{name}" for key, name in bare.items()}}


def portal_id_of(details: Answer) -> int:
    """The id that a portal says of itself. Raises UnreadableAnswer."""
    text = str(details["portalId"])
    if not text.isascii() or not text.isdecimal():
        raise UnreadableAnswer(details.call, f'its portal id is "{text}"')
    return int(text)


PortalSession = Session[HubSpotClient]
