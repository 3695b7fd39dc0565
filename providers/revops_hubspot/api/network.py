"""The network of a company around the client: proxy and certificate authority, as its environment names them.

The official client reads neither from the environment; other tools on the same machine do.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from revops_iac.errors import SessionError


def network_settings(base_url: str) -> dict[str, str]:
    """What to give the client for this URL: `proxy` (HTTPS_PROXY and the like, NO_PROXY heeded, never for loopback) and
    `ssl_ca_cert` (REQUESTS_CA_BUNDLE or SSL_CERT_FILE).
    """
    address = urlsplit(base_url)
    host = address.hostname or ""
    settings = {}
    proxy = getproxies().get(address.scheme)
    if proxy and not _is_loopback(host) and not proxy_bypass(host):
        settings["proxy"] = proxy
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if bundle:
        settings["ssl_ca_cert"] = bundle
    return settings


def refuse_plain_http(base_url: str, allowed: Collection[str]) -> None:
    """Refuses to send a token unencrypted, except to this machine and to hosts that stack config names.

    Raises SessionError.
    """
    address = urlsplit(base_url)
    host = address.hostname or ""
    if address.scheme == "http" and not _is_loopback(host) and host not in allowed:
        raise SessionError(
            f'HubSpot: the base URL is "{base_url}", which would send the token unencrypted',
            f"use https://, or pulumi config set --path 'revops:allowPlainHttp[{len(allowed)}]' {host}",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
