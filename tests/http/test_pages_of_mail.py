"""What the pages show of mail: its new part, whom it was copied to, what became of it, and mail that is held."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID

import httpx2
import pytest
from attrs import evolve

from helpdesk_core.conversations import DeliveryState, with_delivery
from helpdesk_core.ids import ConversationId, CustomerId, OrderId
from helpdesk_core.orders import Fulfillment, FulfillmentStatus, Order
from helpdesk_core.ports.store import Work
from helpdesk_core.quarantine import Reason
from helpdesk_core.records import Stamp
from helpdesk_http.web.chrome import COUNTED
from helpdesk_http.web.held import REASONS
from helpdesk_http.web.inbox.ticket_page import web_address
from tests.http.conftest import PASSWORD, Office, a_client
from tests.http.test_api_quarantine import SPAM, a_mail, held, receive, with_file
from tests.http.test_mail_whole import MAIL

COPIED = MAIL.replace(b"Subject:", b"Cc: Otto <otto@garden.example>\r\nSubject:")
ORDERED_AT = datetime(2026, 3, 1, 7, 59, tzinfo=UTC)


@pytest.fixture
async def agent(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(acme.app) as browser:
        await browser.post("/app/login", data={"email": await acme.user(), "password": PASSWORD})
        yield browser


async def page_of(browser: httpx2.AsyncClient, path: str = "/app/tickets/1") -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def an_order(office: Office, customer_id: str, number: str = "#2044", **changes: Any) -> Order:
    order = Order(
        id=OrderId(office.desk.new_id()()),
        organization_id=office.id,
        provider="shopify",
        account="oak-and-iron.myshopify.com",
        external_id=number,
        number=number,
        created_at=ORDERED_AT,
        updated_at=ORDERED_AT,
        stamp=Stamp(ORDERED_AT),
        customer_id=CustomerId(UUID(customer_id)),
    )
    return evolve(order, **changes)


async def add_orders(office: Office, *orders: Order) -> None:
    async def unit(work: Work) -> None:
        for order in orders:
            await work.orders.add(order)

    await office.desk.store().transact(unit)


async def test_the_latest_orders_of_the_customer_stand_beside_the_ticket(
    acme: Office, agent: httpx2.AsyncClient
) -> None:
    ticket = await acme.ticket()
    assert "Latest orders" not in await page_of(agent)
    parcels = (
        Fulfillment("1", "in_transit", None, "PostNord", "SE881", "https://tracking.example/SE881?a=1&b=2"),
        Fulfillment("2", "", None, "", "X7", "javascript:alert(1)"),
        Fulfillment("3", "", None, "<b>Bold</b>", "", "//tracking.example/x"),
    )
    mine = ticket["customer_id"]
    told: dict[str, Any] = {"total_price": Decimal("1249.50"), "currency": "SEK"}
    sent: dict[str, Any] = {
        "financial_status": "paid",
        "fulfillment_status": FulfillmentStatus.FULFILLED,
        "status": "archived",
    }
    older = [
        an_order(acme, mine, f"#{number}", created_at=ORDERED_AT.replace(day=1, year=2020 + number))
        for number in range(5)
    ]
    stranger = (await acme.ticket(customer={"email": "jo@x.example"}))["customer_id"]
    await add_orders(
        acme,
        an_order(acme, mine, fulfillments=parcels, **told, **sent),
        *older,
        an_order(acme, stranger, "#9999"),
    )
    page = await page_of(agent)
    section = page[page.index("Latest orders") :]
    for shown in ("#2044", "01 Mar 2026", "1249.50 SEK", "paid", "fulfilled", "archived", "#1"):
        assert shown in section
    assert "#0<" not in section, "only the latest five"
    assert "#9999" not in section
    link = '<a href="https://tracking.example/SE881?a=1&amp;b=2" rel="noopener noreferrer nofollow">'
    assert f"{link}Track PostNord SE881</a>" in section
    assert "in transit" in section
    assert section.count("<a href") == 1
    assert "javascript:" not in section
    assert "&lt;b&gt;Bold" in section


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://tracking.example/1", True),
        ("HTTP://tracking.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("/app/logout", False),
        ("//tracking.example", False),
        ("https:tracking.example", False),
        ("https://[tracking", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_become_links(text: str, is_one: bool) -> None:
    assert web_address(text) == (text if is_one else "")


async def test_a_mail_shows_its_new_part_with_the_whole_folded_and_the_mail_as_it_came(
    acme: Office, agent: httpx2.AsyncClient
) -> None:
    await receive(acme, COPIED)
    page = await page_of(agent)
    new, folded, whole = page.partition('<details class="whole">')
    assert folded
    assert "It drips:" in new
    assert "Where does the" not in new
    assert "Where does the" in whole.partition("</details>")[0]
    assert "Copied in: otto@garden.example" in page
    assert "Copies of an answer go to otto@garden.example." in page
    raw = page.partition('<a class="raw" href="')[2].partition('"')[0]
    eml = await agent.get(raw)
    assert (eml.content, eml.headers["content-type"]) == (COPIED, "message/rfc822")
    image = re.search(r'<img [^>]*src="(/api/v1/attachments/[^"]+)"', new)
    assert image is not None, "it stands where the mail has it"
    assert (await agent.get(image[1])).content == b"PNG"


async def test_a_message_that_is_all_new_is_not_folded_and_has_no_mail_as_it_came(
    acme: Office, agent: httpx2.AsyncClient
) -> None:
    await acme.ticket()
    page = await page_of(agent)
    assert "It drips." in page
    for absent in ('<details class="whole"', ".eml", "Copied in", "Copies of an answer"):
        assert absent not in page


async def test_an_answer_that_came_back_says_why(acme: Office, agent: httpx2.AsyncClient) -> None:
    ticket = await acme.ticket()
    path = f"/api/v1/tickets/{ticket['id']}/conversations"
    answer = (await acme.client.post(path, json={"text": "Soon!", "bcc": ["boss@acme.example"]})).json()
    why = "550 5.1.1 No such user <ida>"

    async def bounce(work: Work) -> None:
        known = await work.conversations.get(acme.id, ConversationId(UUID(answer["id"])))
        assert known is not None
        await work.conversations.replace(with_delivery(known, DeliveryState.BOUNCED, why))

    await acme.desk.store().transact(bounce)
    page = unescape(await page_of(agent))
    assert f'<span class="pill delivery bounced">bounced<span class="detail">: {why}</span></span>' in page
    assert "Blind copies: boss@acme.example" in page


async def test_held_mail_is_counted_on_every_page_and_released_with_one_click(
    acme: Office, other: Office, agent: httpx2.AsyncClient
) -> None:
    await acme.ticket("Another thing")
    count = '<span class="count">1</span>'
    assert count not in await page_of(agent, "/app")
    await receive(acme, SPAM)
    for path in ("/app", "/app/tickets/1", "/app/held"):
        assert 'href="/app/held"' in await page_of(agent, path)
        assert count in await page_of(agent, path)
    (mail,) = await held(acme)
    page = await page_of(agent, "/app/held")
    assert "The kettle leaks" in page
    assert "ida@garden.example" in page
    assert REASONS[Reason.SPAM] in page
    assert f'action="/app/held/{mail["id"]}/release"' in page
    done = await agent.post(f"/app/held/{mail['id']}/release")
    assert (done.status_code, done.headers["location"]) == (303, "/app/held?done=released&ticket=2")
    after = await page_of(agent, done.headers["location"])
    assert '<a href="/app/tickets/2">Ticket #2</a>' in after
    assert "No mail is held." in after
    assert "The kettle leaks" in await page_of(agent, "/app/tickets/2")
    assert (await agent.post(f"/app/held/{mail['id']}/release")).status_code == 409


async def test_held_mail_can_be_looked_into_and_discarded(acme: Office, agent: httpx2.AsyncClient) -> None:
    await receive(acme, with_file("invoice.pdf.exe"))
    (mail,) = await held(acme)
    page = await page_of(agent, f"/app/held/{mail['id']}")
    for shown in ("The invoice", "See the file.", "invoice.pdf.exe", "to acme@desk.example"):
        assert shown in page
    assert REASONS[Reason.DANGEROUS_FILE] in page
    done = await agent.post(f"/app/held/{mail['id']}/discard")
    assert "The mail was discarded." in await page_of(agent, done.headers["location"])
    settled = await page_of(agent, f"/app/held/{mail['id']}")
    assert "It was discarded on" in settled
    assert '<form method="post" action="/app/held/' not in settled
    assert (await acme.client.get("/api/v1/tickets")).json()["data"] == []


async def test_what_a_held_mail_says_stays_text(acme: Office, agent: httpx2.AsyncClient) -> None:
    hostile = "<script>alert(1)</script>"
    await receive(acme, a_mail("X-Spam-Flag: YES", subject=hostile, text=hostile))
    (mail,) = await held(acme)
    for path in ("/app/held", f"/app/held/{mail['id']}", "/app/held?done=released&ticket=<script>"):
        assert "<script>" not in await page_of(agent, path)


async def test_held_mail_of_others_is_neither_seen_nor_decided_about(
    acme: Office, other: Office, agent: httpx2.AsyncClient
) -> None:
    await receive(other, SPAM.replace(b"acme@", b"other@"))
    (mail,) = await held(other)
    assert "The kettle leaks" not in await page_of(agent, "/app/held")
    assert (await agent.get(f"/app/held/{mail['id']}")).status_code == 404
    for verb in ("release", "discard"):
        assert (await agent.post(f"/app/held/{mail['id']}/{verb}")).status_code == 404
        foreign = await agent.post(f"/app/held/{mail['id']}/{verb}", headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
    assert [one["state"] for one in await held(other)] == ["held"]


async def test_many_held_mails_come_page_by_page(acme: Office, agent: httpx2.AsyncClient) -> None:
    for number in range(COUNTED + 1):
        await receive(acme, a_mail("X-Spam-Flag: YES", id=f"{number}@x.example", subject=f"Offer {number}."))
    seen, path = "", "/app/held"
    while path:
        page = await page_of(agent, path)
        assert f'<span class="count">{COUNTED}+</span>' in page
        seen += page
        path = unescape(page.partition('<a class="button quiet" href="')[2].partition('"')[0])
    assert all(seen.count(f">Offer {number}.</a>") == 1 for number in range(COUNTED + 1))


def test_every_reason_is_explained() -> None:
    assert set(REASONS) == set(Reason)
