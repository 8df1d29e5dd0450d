"""Whatever writes takes an Idempotency-Key: it can run inside one unit of work, on a store that has such units."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_http.app import create_app
from helpdesk_http.operations import Operation, takes_key
from tests.http.conftest import Office, an_office
from tests.http.furnished import WRITING, Furnished

REFUSED = {
    "retry_delivery": "no answer has failed",
    "replay_webhook_event": "the event has been processed",
    "invite_user": "the user has a password",
}
"""Operations for which a desk of examples is in no state, and why: their refusal has to come in order too."""


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Office]:
    """An office of a desk on SQLite. Its model answers nobody; no job asks it either."""
    settings = Settings(
        data_dir=tmp_path,
        secret_key=("a key for tests",),
        ai_base_url="http://127.0.0.1:9/v1",
        ai_model="small",
    )
    desk = Container(settings=settings)
    desk.migrations().upgrade()
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        office = await an_office(desk, app, "acme")
        async with office.client:
            yield office


async def test_every_write_takes_effect_once_under_its_key(embedded: Office) -> None:
    ours = Furnished(embedded)
    await ours.fill()
    answers = {}
    for operation in sorted(filter(takes_key, WRITING), key=lambda one: one.method == "DELETE"):
        how = await a_request(ours, operation)
        first = await embedded.client.request(headers={"idempotency-key": operation.name}, **how)
        events = await last_event(embedded)
        again = await embedded.client.request(headers={"idempotency-key": operation.name}, **how)
        if first.status_code >= 300:
            answers[operation.name] = first.json()["detail"]
            continue
        assert (again.status_code, again.content) == (first.status_code, first.content), operation.name
        assert again.headers.get("idempotency-replayed") == "true", operation.name
        assert await last_event(embedded) == events, operation.name
    assert {name: text for name, text in answers.items() if name not in REFUSED} == {}
    assert answers.keys() == REFUSED.keys()


async def a_request(ours: Furnished, operation: Operation) -> dict[str, Any]:
    """A request that is accepted, though there is one of everything already."""
    if operation.name in NEEDS or operation.method == "DELETE":
        await renew(ours, operation)
    body = another(ours.body_of(operation)) if operation.method == "POST" else ours.body_of(operation)
    body = NEEDS.get(operation.name, lambda ids: body)(ours.ids)
    content = {} if body is None else {"json": body}
    return {"method": operation.method, "url": ours.path_of(operation), **content}


NEEDS: dict[str, Any] = {
    "change_tickets": lambda ids: {"ids": [ids["ticket_id"]], "change": {"priority": "low"}},
    "delete_customer": lambda ids: None,
    "erase_customer": lambda ids: None,
    "merge_ticket": lambda ids: {"into_id": ids["second_ticket"]},
    "split_ticket": lambda ids: {
        "conversation_ids": [ids["second_conversation"]],
        "subject": "Another matter",
    },
    "redact_conversation": lambda ids: {},
    "translate_conversation": lambda ids: {"language": "pt"},
    "merge_customer": lambda ids: {"into_id": ids["second_customer"]},
    "remove_follower": lambda ids: None,
    "release_quarantined_mail": lambda ids: None,
    "discard_quarantined_mail": lambda ids: None,
}
"""Bodies of operations that need more than one of everything."""
RENEWED = {"ticket_id", "customer_id", "conversation_id"}
"""What earlier operations of the walk may have merged, split or erased."""


async def renew(ours: Furnished, operation: Operation) -> None:
    """Puts new things where the operation would find those of another."""
    client = ours.office.client
    if "quarantined_mail_id" in operation.segments:
        ours.ids["quarantined_mail_id"] = await ours.quarantined_mail()
        return
    for name in operation.segments:
        if name == "ticket_id" or name in RENEWED:
            break
    else:
        return
    first, second = [await ours.office.ticket(customer={"email": f"{n}@new.example"}) for n in ("a", "b")]
    path = f"/api/v1/tickets/{first['id']}/conversations"
    reply = (await client.post(path, json={"text": "A second message."})).json()
    told = (await client.get(path)).json()["data"]
    ours.ids |= {
        "ticket_id": first["id"],
        "customer_id": first["customer_id"],
        "conversation_id": told[0]["id"],
    }
    ours.ids |= {"second_ticket": second["id"], "second_customer": second["customer_id"]}
    ours.ids["second_conversation"] = reply["id"]
    if operation.name == "remove_follower":
        add = f"/api/v1/tickets/{first['id']}/followers"
        ours.ids["follower_id"] = (await client.post(add, json={"user_id": ours.ids["user_id"]})).json()["id"]
    if operation.name == "delete_customer":
        ours.ids["customer_id"] = (await client.post("/api/v1/customers", json={})).json()["id"]


def another(body: Any) -> Any:
    """The same with other names: most are taken."""
    if not isinstance(body, dict):
        return body
    changed = {name: f"{body[name]}2" for name in ("name", "pattern", "external_id") if name in body}
    changed |= {name: f"another-{body[name]}" for name in ("email", "address") if name in body}
    return {**body, **changed}


async def last_event(office: Office) -> int:
    events: dict[str, Any] = (await office.client.get("/api/v1/events?limit=1")).json()
    return int(events["last_seq"])
