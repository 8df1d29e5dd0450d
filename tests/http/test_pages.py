"""The pages: reading and answering tickets in a browser, and what they keep out."""

import httpx2
import pytest

from helpdesk_core.users import Role
from tests.http.conftest import PASSWORD, Office

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
async def browser(acme: Office, visitor: httpx2.AsyncClient) -> httpx2.AsyncClient:
    email = await acme.user(Role.ADMIN)
    answer = await visitor.post(
        "/app/login", data={"email": email, "password": PASSWORD, "next": "/app?queue=all"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/app?queue=all")
    return visitor


async def test_an_agent_reads_a_ticket_and_answers_it(acme: Office, browser: httpx2.AsyncClient) -> None:
    await acme.ticket("The kettle leaks")
    assert "The kettle leaks" in (await browser.get("/app")).text
    page = await browser.get("/app/tickets/1")
    assert "It drips." in page.text
    posted = await browser.post(
        "/app/tickets/1/messages", data={"text": "Soon!\n\nNoor", "kind": "reply", "status": "pending"}
    )
    assert posted.status_code == 303
    after = (await browser.get(posted.headers["location"].partition("#")[0])).text
    assert "Soon!" in after
    assert "queued" in after
    assert (await acme.client.get("/api/v1/tickets")).json()["data"][0]["status"] == "pending"


async def test_a_note_and_an_empty_answer(acme: Office, browser: httpx2.AsyncClient) -> None:
    await acme.ticket()
    await browser.post("/app/tickets/1/messages", data={"text": "Among us", "kind": "note"})
    assert "internal note" in (await browser.get("/app/tickets/1")).text
    refused = await browser.post("/app/tickets/1/messages", data={"text": "  ", "kind": "reply"})
    assert refused.status_code == 422
    assert "Write something first." in refused.text


async def test_what_customers_write_shows_as_text(acme: Office, browser: httpx2.AsyncClient) -> None:
    customer = {"email": "ida@garden.example", "name": HOSTILE}
    ticket = await acme.ticket(HOSTILE, message=HOSTILE, customer=customer)
    await acme.client.post(
        f"/api/v1/tickets/{ticket['id']}/conversations",
        json={"kind": "inbound", "html": f"<p>x</p>{HOSTILE}"},
    )
    for path in ("/app", "/app?q=alert", "/app/tickets/1", f"/app?q={HOSTILE}"):
        page = await browser.get(path)
        assert "<script>" not in page.text, path
        assert "<img src=x" not in page.text, path
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_stranger_who_calls_himself_like_the_customer_is_seen_by_the_address(
    acme: Office, browser: httpx2.AsyncClient
) -> None:
    mail = "From: {}\nTo: acme@desk.example\nSubject: Kettle\nMessage-ID: <{}@x>{}\n\nIt drips.\n"
    home = "\nReply-To: home@ida.example"
    await acme.desk.receive_email()(mail.format("Ida <ida@garden.example>", 1, home).encode())
    await browser.post("/app/tickets/1/messages", data={"text": "Soon!", "kind": "reply"})
    page = (await browser.get("/app/tickets/1")).text
    assert "&lt;ida@garden.example&gt;" not in page, "the customer's own address stands beside the messages"
    assert "To: home@ida.example" in page
    answers = "\nIn-Reply-To: <1@x>"
    await acme.desk.receive_email()(mail.format("Ida <mallory@evil.example>", 2, answers).encode())
    assert "&lt;mallory@evil.example&gt;" in (await browser.get("/app/tickets/1")).text


async def test_whoever_is_not_logged_in_is_led_to_the_log_in_and_back(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/app/tickets/7?cursor=x")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/app/login?next=%2Fapp%2Ftickets%2F7%3Fcursor%3Dx",
    )


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
async def test_the_log_in_leads_nowhere_else(acme: Office, visitor: httpx2.AsyncClient, target: str) -> None:
    email = await acme.user()
    answer = await visitor.post("/app/login", data={"email": email, "password": PASSWORD, "next": target})
    assert answer.headers["location"].startswith("/app")
    assert "evil.example" not in answer.headers["location"]


async def test_another_organizations_ticket_is_not_found(
    acme: Office, other: Office, browser: httpx2.AsyncClient
) -> None:
    await other.ticket()
    assert (await browser.get("/app/tickets/1")).status_code == 404


async def test_the_front_page_leads_to_inbox_and_api(visitor: httpx2.AsyncClient) -> None:
    page = await visitor.get("/")
    assert page.status_code == 200
    assert 'href="/app"' in page.text
    assert 'href="/docs"' in page.text


async def test_figures_for_prometheus(acme: Office, visitor: httpx2.AsyncClient) -> None:
    ticket = await acme.ticket()
    await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json={"text": "Soon!"})
    text = (await visitor.get("/metrics")).text
    assert 'helpdesk_jobs{state="queued"} 1.0' in text
    assert "process_resident_memory_bytes" in text


async def test_health_tells_how_every_part_is(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/api/health")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "healthy")
    assert body["checks"]["redis"] == {"status": "not_configured"}
    assert body["checks"]["database"]["latencyMs"] >= 0
    head = await visitor.head("/api/health")
    assert (head.status_code, head.content) == (200, b"")


async def test_a_search_for_a_number_or_an_address_leads_to_the_ticket(
    acme: Office, browser: httpx2.AsyncClient
) -> None:
    await acme.ticket("The kettle leaks")
    await acme.ticket("Another", customer={"email": "jo@x.example"})
    for q in ("1", "%231"):
        assert (await browser.get(f"/app?q={q}")).headers["location"] == "/app/tickets/1"
    page = (await browser.get("/app?q=IDA@garden.example")).text
    assert "The kettle leaks" in page
    assert "Another" not in page


async def test_a_status_is_set_without_a_word(acme: Office, browser: httpx2.AsyncClient) -> None:
    await acme.ticket()
    answer = await browser.post("/app/tickets/1/properties", data={"status": "closed"})
    assert answer.status_code == 303
    ticket = (await acme.client.get("/api/v1/tickets")).json()["data"][0]
    assert (ticket["status"], ticket["message_count"]) == ("closed", 1)
