"""Sends one request through the official client and reads its answer: bounded, and never from another host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import urllib3
from hubspot import HubSpot
from hubspot.crm.properties.exceptions import ApiException
from urllib3.exceptions import (
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
    TimeoutError,
)

from revops_hubspot.api.errors import Json
from revops_hubspot.api.network import network_settings
from revops_hubspot.api.request import NoAnswer, Refused, Request
from revops_iac.provider.api.answers import CHUNK_BYTES, MOST_BYTES, UnreadableAnswer, answer_of

TIMEOUT_S = (10.0, 60.0)
"""Connect and read."""
NO_BODY = 204


class Transport:
    """The official client's connection pool for one account. Thread-safe; `learn` sees the headers of every answer."""

    def __init__(self, token: str, base_url: str, learn: Callable[[Mapping[str, str]], None]) -> None:
        self._learn = learn
        hubspot = HubSpot(
            access_token=token,
            host=base_url,
            base_url=base_url,
            retry=urllib3.Retry(0, redirect=0),
            **network_settings(base_url),
        )
        self._api = hubspot.crm.properties.core_api.api_client
        self._api.rest_client.pool_manager = _Pool(self._api.rest_client.pool_manager)
        self.headers: Mapping[str, str] = {}
        """Of the latest success: what is left of the limits, and the time there."""

    def send(self, request: Request) -> Json:
        """The answer, None where HubSpot sends no body. Raises NoAnswer, Refused or UnreadableAnswer."""
        try:
            response = self._api.call_api(
                request.path,
                request.method,
                path_params=dict(request.parts),
                query_params=_pairs(request.query),
                header_params={"Accept": "application/json"},
                body=request.body,
                auth_settings=["oauth2"],
                _preload_content=False,
                _request_timeout=TIMEOUT_S,
            )
        except ApiException as error:
            if not error.status:
                raise NoAnswer(str(error.reason).partition("\n")[0]) from None
            headers = urllib3.HTTPHeaderDict(error.headers or {})
            self._learn(headers)
            raise Refused(error.status, error.body or "", headers) from None
        except LocationParseError as error:
            raise NoAnswer(str(error)) from None
        except _TooLarge:
            most = f"{MOST_BYTES // 1024**2} MB"
            raise UnreadableAnswer(request.call, f"the answer is larger than {most}") from None
        except TimeoutError:
            raise NoAnswer("timed out") from None
        except HTTPError as error:
            raise NoAnswer(_reason(error)) from None
        self._learn(response.headers)
        self.headers = response.headers
        body = response.data
        if not body and request.is_write and (response.status == NO_BODY or request.method == "DELETE"):
            return None
        answer = answer_of(body, request.call)
        for key in request.due:
            answer[key]
        return answer


class _TooLarge(HTTPError):
    """A body beyond the bound."""


class _Pool:
    """What the official client calls its pool manager: follows no redirect, and reads no more than the bound."""

    def __init__(self, pool: urllib3.PoolManager) -> None:
        self._pool = pool

    def request(self, method: str, url: str, **options: Any) -> urllib3.HTTPResponse:
        response = self._pool.request(method, url, **{**options, "preload_content": False, "redirect": False})
        body = self._read(response)
        headers = urllib3.HTTPHeaderDict(response.headers)
        headers.discard("Content-Encoding")
        is_success = 200 <= response.status < 300  # the official client decodes the body of a refusal strictly
        content = body if is_success else body.decode("utf-8", "replace").encode()
        return urllib3.HTTPResponse(
            BytesIO(content), headers, response.status, reason=response.reason, preload_content=False
        )

    @staticmethod
    def _read(response: urllib3.BaseHTTPResponse) -> bytes:
        body = bytearray()
        try:
            while chunk := response.read(CHUNK_BYTES, decode_content=True):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _TooLarge("body")
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return bytes(body)


def _pairs(query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Booleans in lower case, lists as repeated parameters."""
    pairs = [(key, item) for key, value in query.items() for item in (value if isinstance(value, list) else [value])]
    return [(key, str(value).lower() if isinstance(value, bool) else value) for key, value in pairs]


def _reason(error: HTTPError) -> str:
    cause = getattr(error, "reason", None) or error
    return next((reason for kind, reason in _REASONS.items() if isinstance(cause, kind)), "the connection failed")


_REASONS: Mapping[type[Exception], str] = {
    NameResolutionError: "unknown host",
    NewConnectionError: "connection refused",
    TimeoutError: "timed out",
    SSLError: "its certificate is not trusted",
    ProtocolError: "the connection broke off",
}
