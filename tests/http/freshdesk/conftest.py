"""A desk whose Freshdesk is a small fake of it, over HTTP."""

from collections.abc import Iterator

import pytest

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from tests.fakes.freshdesk_api import FakeFreshdesk, a_small_shop, serving_freshdesk


@pytest.fixture
def shop() -> Iterator[FakeFreshdesk]:
    with serving_freshdesk(a_small_shop()) as shop:
        yield shop


@pytest.fixture
async def desk(shop: FakeFreshdesk) -> Container:
    return in_memory(Settings(secret_key=("a key for tests",), api_bases={"freshdesk": shop.base}))
