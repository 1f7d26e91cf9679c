"""A small practice, made once, and sandboxes that serve it."""

import ssl
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from handover.sandbox import Practice, Sandbox, build_practice

TODAY = date(2026, 11, 20)
TLS = ssl.create_default_context()  # made once: it takes longer than a whole test
AGENT = "Sandbox tests (tests@example.com)"


def small_practice(seed: int = 1) -> Practice:
    return build_practice(clients=60, appointments=400, seed=seed, today=TODAY)


def client_of(sandbox: Sandbox, role: str = "administrator") -> httpx.Client:
    return httpx.Client(
        base_url=sandbox.url,
        auth=(sandbox.keys[role], ""),
        headers={"User-Agent": AGENT, "Accept": "application/json"},
        verify=TLS,
        trust_env=False,
        timeout=10,
    )


def get(url: str, *, key: str | None = None, **headers: str) -> httpx.Response:
    """A single request, with nothing but what is given."""
    with httpx.Client(verify=TLS, trust_env=False, timeout=10) as client:
        return client.get(url, auth=(key, "") if key is not None else None, headers=headers)


@pytest.fixture(scope="session")
def practice() -> Practice:
    """Shared by all tests that only read."""
    return small_practice()


@pytest.fixture(scope="session")
def sandbox(practice: Practice) -> Iterator[Sandbox]:
    with Sandbox(practice, rate_limit=0) as running:
        yield running


@pytest.fixture
def cliniko(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client_of(sandbox) as client:
        yield client


@pytest.fixture
def own_practice() -> Practice:
    """For tests that change the source."""
    return small_practice()


@pytest.fixture
def own_sandbox(own_practice: Practice) -> Iterator[Sandbox]:
    with Sandbox(own_practice, rate_limit=0) as running:
        yield running


@pytest.fixture
def own_cliniko(own_sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client_of(own_sandbox) as client:
        yield client
