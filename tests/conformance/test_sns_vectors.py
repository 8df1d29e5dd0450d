"""Our verdict on every computed message of a topic is the expected one: what is believed, fetched and called."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.commands import ConfirmTopic
from helpdesk_core.errors import NotAllowed
from helpdesk_core.jobs import TryLater
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.signatures import BadSignature, sns
from helpdesk_core.use_cases.commerce.receive_sns import ReceiveFromTopic
from helpdesk_core.webhooks import Delivery, UnreadableDelivery

NOW = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)


@define
class Published:
    """The certificate at whatever URL is asked for, and which were asked for."""

    pem: str | None
    asked: list[str] = Factory(list)

    async def __call__(self, url: str) -> str:
        self.asked.append(url)
        if self.pem is None:
            raise TryLater("There is none.")
        return self.pem


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "protocols" / "commerce" / "fixtures" / "amazon-sns"


def vectors(folder: Path) -> tuple[str, list[dict[str, Any]]]:
    told = json.loads((folder / "vectors.json").read_bytes())
    assert len(told["vectors"]) == 58
    return told["topic_registered_by_tenant"], told["vectors"]


def pem_of(folder: Path, vector: dict[str, Any]) -> str | None:
    name = vector.get("cert_served_at_SigningCertURL")
    return (folder / name).read_text() if name else None


def test_every_signature_gets_the_verdict_it_expects(folder: Path) -> None:
    """By the rule for URLs, the certificate and the signature, as if every topic were ours."""
    expected = {vector["name"]: vector["expect_signature"] != "valid" for vector in vectors(folder)[1]}
    assert {v["name"]: _is_refused(v, pem_of(folder, v)) for v in vectors(folder)[1]} == expected


def test_what_is_signed_is_the_text_that_amazon_signs(folder: Path) -> None:
    for vector in vectors(folder)[1]:
        if vector["expect_signature"] == "valid":
            found = sns.read(b64decode(vector["body_base64"]))
            assert found.text.decode() == vector["string_to_sign"], vector["name"]


def _is_refused(vector: dict[str, Any], pem: str | None) -> bool:
    body = b64decode(vector["body_base64"])
    try:
        sns.require_certificate_url(sns.read(body))
        sns.verify({}, body, [pem or ""], NOW)
    except BadSignature:
        return True
    return False


async def test_every_delivery_is_taken_or_refused_as_expected(folder: Path) -> None:
    topic, told = vectors(folder)
    for vector in told:
        published, desk = Published(pem_of(folder, vector)), _desk()
        outcome = await _delivered(vector, topic, published, desk)
        good = vector["expect_signature"] == "valid" and vector.get("policy") != "reject"
        name = vector["name"]
        assert outcome == ("again" if vector.get("retryable") else "taken" if good else "refused"), name
        if not vector.get("verifier_may_fetch_cert"):
            assert published.asked == [], name
        kept = await _kept(desk)
        assert len(kept) == (1 if good else 0), name
        assert any(kept) is bool(vector.get("may_call_SubscribeURL")), name


async def _delivered(vector: dict[str, Any], topic: str, published: Published, desk: Container) -> str:
    receive = ReceiveFromTopic(desk.receive_webhook(), published)
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    delivery = Delivery(headers, b64decode(vector["body_base64"]))
    try:
        await receive(desk.webhook_providers()["amazon"], [topic], delivery)
    except (BadSignature, NotAllowed, UnreadableDelivery):
        return "refused"
    except TryLater:
        return "again"
    return "taken"


async def _kept(desk: Container) -> list[bool]:
    """For each event that was kept, whether it leads to a call of its address."""
    page = await desk.store().read(lambda view: view.inbox.page(EventFilter(), Page(9, "received_at")))
    found = []
    for row in page.items:
        event = await desk.store().read(lambda view, id=row.id: view.inbox.get(id))  # type: ignore[misc]
        translate = desk.webhook_providers()["amazon"].events.get(event.type)
        commands = translate(event.raw) if translate else ()
        found.append(any(isinstance(command, ConfirmTopic) for command in commands))
    return found


def _desk() -> Container:
    desk = in_memory(Settings(secret_key=("a key for tests",)))
    desk.clock.override(providers.Object(lambda: NOW))
    return desk
