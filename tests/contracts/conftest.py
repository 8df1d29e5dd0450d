"""One contract, every adapter: each test runs on every store there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from helpdesk_core.ports.store import Store
from tests.contracts.adapters import ADAPTERS, Adapter

# A property gets one store for all its examples: they keep apart by organization. Disks set the pace.
settings.register_profile(
    "contracts",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: f"{adapter.name}-{adapter.backend}")
def adapter(request: pytest.FixtureRequest) -> Adapter:
    adapter: Adapter = request.param
    return adapter


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """The async library of the store under test; asyncio for contracts that need no store."""
    if "adapter" not in request.fixturenames:
        return "asyncio"
    backend: str = request.getfixturevalue("adapter").backend
    return backend


@pytest.fixture
async def store(adapter: Adapter, tmp_path: Path) -> AsyncIterator[Store]:
    async with adapter.open(tmp_path) as store:
        yield store
