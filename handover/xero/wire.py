"""How we speak HTTP with Xero: certificates are checked, redirects are not followed."""

import ssl
from functools import cache

import httpx

TIMEOUT = httpx.Timeout(30.0, connect=10.0)


@cache
def _certificates() -> ssl.SSLContext:
    """Whose certificates are good; read once, for it takes longer than a request."""
    return httpx.create_ssl_context()


def connections() -> httpx.Client:
    """Connections of one's own: close them."""
    return httpx.Client(timeout=TIMEOUT, verify=_certificates())
