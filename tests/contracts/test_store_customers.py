"""Which customers a filter finds, and who several are at once."""

from typing import Any

import pytest
from attrs import evolve

from helpdesk_core.customers import Contact, Customer
from helpdesk_core.ids import CustomerId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter
from helpdesk_core.ports.store import Store
from tests.contracts.builders import a_customer, an_organization, new_id
from tests.contracts.desks import put

SHOP = an_organization()
CARLA = a_customer(
    SHOP,
    name="Carla Ödegård",
    emails=("carla@mail.example", "work@bikes.example"),
    phones=("+14155550123",),
    identities=(Contact("slack", "U77"),),
    company="Émile & Söhne",
)
ZOE = a_customer(SHOP, name="zoe", emails=("zoe@mail.example",), blocked=True)
NAMELESS = a_customer(SHOP, name="", phones=("+493012345678",))

FOUND = [
    ({}, [CARLA, ZOE, NAMELESS]),
    ({"q": "car"}, [CARLA]),
    ({"q": "CARLA ÖDEG"}, [CARLA]),
    ({"q": "émile"}, [CARLA]),
    ({"q": "Zo"}, [ZOE]),
    ({"q": "work@"}, [CARLA]),
    ({"q": "+1415"}, [CARLA]),
    ({"q": "+49"}, [NAMELESS]),
    ({"q": "arla"}, []),
    ({"q": "sohne"}, [CARLA]),  # a word further behind
    ({"q": "ODEGARD car"}, [CARLA]),
    ({"q": "emile ödeg"}, [CARLA]),
    ({"q": "odeg carla"}, []),  # only the last one may be a beginning
    ({"q": "söhne zoe"}, []),
    ({"q": "!zoe"}, [ZOE]),
    ({"q": "sohne", "blocked": True}, []),
    ({"q": "U77"}, []),
    ({"q": "%"}, []),
    ({"q": "_arla"}, []),
    ({"q": "  car "}, [CARLA]),
    ({"q": ""}, [CARLA, ZOE, NAMELESS]),
    ({"email": "work@bikes.example"}, [CARLA]),
    ({"email": "work@"}, []),
    ({"phone": "+14155550123"}, [CARLA]),
    ({"email": "carla@mail.example", "phone": "+14155550123"}, [CARLA]),
    ({"email": "zoe@mail.example", "phone": "+14155550123"}, []),
    ({"blocked": True}, [ZOE]),
    ({"blocked": False}, [CARLA, NAMELESS]),
    ({"blocked": False, "q": "zo"}, []),
    ({"email": "zoe@mail.example", "blocked": True}, [ZOE]),
]


@pytest.mark.parametrize(("wanted", "found"), FOUND, ids=[str(wanted) for wanted, _ in FOUND])
async def test_a_filter_finds_the_customers_that_meet_all_of_it(
    store: Store, wanted: dict[str, Any], found: list[Customer]
) -> None:
    await put(store, SHOP, CARLA, ZOE, NAMELESS)
    seen = await store.read(
        lambda view: view.customers.page(SHOP.id, CustomerFilter(**wanted), Page(100, "created_at"))
    )
    assert [*seen.items] == found


async def test_a_renamed_customer_is_found_by_the_new_name_only(store: Store) -> None:
    await put(store, SHOP, CARLA)
    await store.transact(
        lambda work: work.customers.replace(
            evolve(CARLA, name="Maria", emails=("maria@mail.example",), company=None)
        )
    )
    for q, count in (("mar", 1), ("carla", 0), ("émile", 0), ("sohne", 0), ("maria@", 1), ("carla@", 0)):
        seen = await store.read(lambda view, q=q: view.customers.page(SHOP.id, CustomerFilter(q=q), Page()))  # type: ignore[misc]
        assert len(seen.items) == count, q


async def test_several_are_had_at_once_and_strangers_are_left_out(store: Store) -> None:
    await put(store, SHOP, CARLA, ZOE)
    stranger = CustomerId(new_id())
    found = await store.read(lambda view: view.customers.many(SHOP.id, [ZOE.id, stranger, CARLA.id, ZOE.id]))
    assert found == {CARLA.id: CARLA, ZOE.id: ZOE}
    assert await store.read(lambda view: view.customers.many(SHOP.id, [])) == {}


async def test_a_customer_is_known_by_every_contact_of_its_kind_only(store: Store) -> None:
    await put(store, SHOP, CARLA)
    for contact, known in (
        (Contact("email", "work@bikes.example"), True),
        (Contact("phone", "+14155550123"), True),
        (Contact("slack", "U77"), True),
        (Contact("whatsapp", "U77"), False),
        (Contact("email", "nobody@mail.example"), False),
    ):
        found = await store.read(lambda view, contact=contact: view.customers.by_contact(SHOP.id, contact))  # type: ignore[misc]
        assert found == (CARLA if known else None), contact
