"""On which pages a widget shows itself."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from attrs import evolve

from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import OrganizationId
from helpdesk_core.widget import Widget, admits, normal_domains

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
WIDGET = Widget(
    id=uuid4(), organization_id=OrganizationId(uuid4()), name="Shop", created_at=NOON, updated_at=NOON
)


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("shop.example", True),
        ("www.shop.example", True),
        ("badshop.example", False),
        ("shop.example.evil.example", False),
        ("example", False),
    ],
)
def test_a_listed_domain_admits_itself_and_its_subdomains(host: str, admitted: bool) -> None:
    assert admits(evolve(WIDGET, allowed_domains=("shop.example",)), host) is admitted
    assert admits(WIDGET, host), "without a list every page may show it"


def test_domains_are_compared_in_one_form() -> None:
    domains = normal_domains(("Shop.Example.", "shop.example", " localhost ", "BÜCHER.example"))
    assert domains == ("shop.example", "localhost", "xn--bcher-kva.example")


@pytest.mark.parametrize(
    "domain", ["", ".", "a..b", "a b", "a_b.example", "https://a.example", "a:80", "x" * 64]
)
def test_anything_else_is_refused(domain: str) -> None:
    with pytest.raises(InvalidValue):
        normal_domains((domain,))
