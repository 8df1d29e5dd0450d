"""What shops ask for about the data of people, over HTTP from the webhook to what is handed over."""

import json
from typing import Any

import pytest
from attrs import evolve

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY
from helpdesk_core.users import Scope
from tests.due_jobs import run_jobs
from tests.http.conftest import Office
from tests.http.test_installs import BLANK

SECRET = "what Shopify and we know"
ENTRY = REGISTRY["shopify"]
SHOP = "oak-and-iron.myshopify.com"
DOOR, LIST = "/api/webhooks/shopify/gdpr", "/api/v1/privacy-requests"


@pytest.fixture
async def desk() -> Container:
    return in_memory(evolve(BLANK, shopify_api_secret=(SECRET,)))


async def tell(office: Office, topic: str, id: str = "webhook-1", **changes: Any) -> Any:
    """A delivery posted to its door, and whatever it leads to."""
    body = json.dumps({**json.loads(ENTRY.example(topic)), **changes}).encode()
    delivery = ENTRY.delivery(topic, base="", body=body)
    signed = ENTRY.sign(delivery, SECRET, office.desk.clock()(), f"{topic} {id}")
    answer = await office.client.post(signed.url, headers=dict(signed.headers), content=signed.body)
    await run_jobs(office.desk, may_fail=True)
    return answer


async def connect(office: Office) -> None:
    await office.desk.connect_integration()(office.id, "shopify", SHOP, {})


async def the_request(office: Office, **wanted: str) -> dict[str, Any]:
    told = (await office.client.get(LIST, params=wanted)).json()
    (request,) = told["data"]
    return dict(request)


async def test_a_data_request_is_listed_exported_and_done(acme: Office, other: Office) -> None:
    await connect(acme)
    await tell(acme, "orders/create")
    assert (await tell(acme, "customers/data_request")).status_code == 200
    request = await the_request(acme, state="open")
    assert (request["kind"], request["shop"], request["found"]) == ("data_request", SHOP, "stored")
    assert (request["external_id"], request["orders"]) == ("7215448911204", ["5512004418871"])
    whole = await acme.client.get(f"{LIST}/{request['id']}/export")
    assert whole.headers["content-disposition"].startswith("attachment")
    told = whole.json()
    assert told["request"] == request
    assert (told["found"], told["customer"]["email"]) == ("stored", "mira@lindqvist.example")
    assert [order["external_id"] for order in told["orders"]] == ["5512004418871"]
    assert told["orders"][0]["shipping_address"]["city"]
    for path in (f"{LIST}/{request['id']}", f"{LIST}/{request['id']}/export"):
        assert (await other.client.get(path)).status_code == 404
    done = (await acme.client.post(f"{LIST}/{request['id']}/done")).json()
    assert (done["state"], done["finished_at"] is not None) == ("done", True)
    assert (await acme.client.get(LIST, params={"state": "open"})).json()["data"] == []
    assert (await the_request(acme, kind="data_request"))["id"] == request["id"]
    audit = (await acme.client.get("/api/v1/audit-log")).json()["data"]
    types = {event["type"] for event in audit}
    assert {"privacy_request.created", "privacy_request.exported", "privacy_request.completed"} <= types
    assert "mira" not in json.dumps(audit).lower()


async def test_after_a_redaction_there_is_nothing_to_hand_over(acme: Office) -> None:
    await connect(acme)
    await tell(acme, "orders/create")
    await tell(acme, "customers/data_request")
    assert (await tell(acme, "customers/redact")).status_code == 200
    asked = await the_request(acme, kind="data_request")
    told = (await acme.client.get(f"{LIST}/{asked['id']}/export")).json()
    assert (told["found"], told["customer"]) == ("erased", None)
    assert told["tickets"] == told["orders"] == told["events"] == []
    redaction = await the_request(acme, kind="redaction")
    assert (redaction["state"], redaction["erased"]["customers"]) == ("done", 1)
    assert (await acme.client.get(f"{LIST}/{redaction['id']}/export")).status_code == 409
    assert (await acme.client.post(f"{LIST}/{redaction['id']}/done")).status_code == 409
    orders = (await acme.client.get("/api/v1/orders")).json()["data"]
    assert [(one["email"], one["customer_id"]) for one in orders] == [(None, None)]


async def test_a_customers_own_export_has_their_orders(acme: Office) -> None:
    await connect(acme)
    await tell(acme, "orders/create")
    customer = (await acme.client.get("/api/v1/customers")).json()["data"][0]
    told = (await acme.client.get(f"/api/v1/customers/{customer['id']}/export")).json()
    assert [order["number"] for order in told["orders"]] == ["#2044"]


async def test_a_body_that_shopify_did_not_sign_is_refused_and_leaves_nothing(acme: Office) -> None:
    await connect(acme)
    for topic in ("customers/data_request", "customers/redact", "shop/redact"):
        signed = ENTRY.sign(ENTRY.delivery(topic, base=""), "another secret", acme.desk.clock()(), topic)
        answer = await acme.client.post(DOOR, headers=dict(signed.headers), content=signed.body)
        assert answer.status_code == 401
    assert (await acme.client.get(LIST)).json()["data"] == []
    assert (await acme.client.get("/api/v1/webhook-events")).json()["data"] == []


async def test_only_admins_read_what_was_asked_for(acme: Office) -> None:
    writer = await acme.client_with(Scope.WRITE)
    assert (await writer.get(LIST)).status_code == 403
