"""Proxy and certificate authority from the environment."""

from __future__ import annotations

import pytest
from revops_hubspot.api.network import network_settings

API = "https://api.hubapi.com"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_nothing_set_changes_nothing() -> None:
    assert network_settings(API) == {}


def test_proxy_serves_the_vendor_and_never_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    assert network_settings(API) == {"proxy": "http://proxy.example:3128"}
    assert network_settings("http://127.0.0.1:8001") == {}
    assert network_settings("http://localhost:8001") == {}


def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "hubapi.com")
    assert network_settings(API) == {}


def test_own_certificate_authority_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/company/ca.pem")
    assert network_settings(API) == {"ssl_ca_cert": "/etc/company/ca.pem"}
