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


def check_address(base_url: str, allowed: Collection[str]) -> None:
    """Refuses what is no address, what holds a password (every message about the network would repeat it), and what
    would send a token unencrypted, except to this machine and to hosts that stack config names.

    Raises SessionError.
    """
    try:
        address = urlsplit(base_url)
        host = address.hostname or ""
    except ValueError:
        address, host = urlsplit(""), ""
    if "@" in address.netloc:
        fix = "remove what stands before the @ in HUBSPOT_BASE_URL or hubspot:baseUrl; the token has its own setting"
        raise SessionError("HubSpot: the base URL holds a user name or a password", fix)
    if address.scheme not in ("https", "http") or not host:
        raise SessionError(
            f'HubSpot: the base URL is "{base_url}", it must start with https:// or http://',
            "set HUBSPOT_BASE_URL or hubspot:baseUrl, or leave both out for https://api.hubapi.com",
        )
    if address.scheme == "http" and not _is_loopback(host) and host not in allowed:
        raise SessionError(
            f'HubSpot: the base URL is "{base_url}", which would send the token unencrypted',
            f'use https://, or add "{host}" to revops:allowPlainHttp in stack config',
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
