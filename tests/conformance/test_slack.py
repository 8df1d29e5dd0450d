"""Slack: every published and computed signature is judged as it deserves, by the scheme and at the door, and every
published event means what it should.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.messaging.slack import SLACK
from helpdesk_adapters.settings import Settings
from helpdesk_core.commands import (
    Command,
    ConfirmTicket,
    EndConnection,
    HearMessage,
    LookUpMessage,
    ShowForm,
    TellAfterwords,
)
from helpdesk_core.messages import Message
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.signatures import BadSignature, Proven
from helpdesk_core.webhooks import Delivery, Item
from helpdesk_http.app import create_app

UNREADABLE = {"empty body", "body is not valid utf-8", "emoji body"}
"""Well signed, and no event."""
LEAVES_NOTHING = {"fixture url_verification", "fixture ssl_check.form.txt"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "protocols" / "messaging" / "fixtures" / "slack"


@pytest.fixture
def vectors(folder: Path) -> list[dict[str, Any]]:
    found = json.loads((folder / "vectors.json").read_bytes())["vectors"]
    assert len(found) >= 30
    return list(found)


def delivery_of(vector: dict[str, Any]) -> Delivery:
    request = vector["request"]
    headers = {name.lower(): value for name, value in request["headers"].items()}
    return Delivery(headers, b64decode(request["body_base64"]), request["url"], request["method"])


def now_of(vector: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(vector["now"], UTC)


def test_every_signature_is_judged_as_it_deserves(vectors: list[dict[str, Any]]) -> None:
    def judged(vector: dict[str, Any]) -> bool:
        try:
            SLACK.verify(delivery_of(vector), [vector["secret"]], now_of(vector))
        except BadSignature:
            return False
        return True

    assert {one["name"]: judged(one) for one in vectors} == {one["name"]: one["valid"] for one in vectors}


async def test_the_door_answers_every_delivery_as_it_deserves(vectors: list[dict[str, Any]]) -> None:
    answered = {one["name"]: await _answer(one) for one in vectors}
    assert answered == {one["name"]: _expected(one) for one in vectors}


def _expected(vector: dict[str, Any]) -> tuple[int, int]:
    if not vector["valid"]:
        return 401, 0
    if vector["name"] in UNREADABLE:
        return 400, 0
    return 200, int(vector["name"] not in LEAVES_NOTHING)


async def _answer(vector: dict[str, Any]) -> tuple[int, int]:
    """What the door says, and how many events it keeps."""
    desk = in_memory(Settings(secret_key=("k",), slack_signing_secret=(vector["secret"],)))
    desk.clock.override(providers.Object(lambda: now_of(vector)))
    app = create_app(desk, jobs=False)
    delivery = delivery_of(vector)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.example") as client:
            headers = [(name.encode(), value.encode()) for name, value in delivery.headers.items()]
            answer = await client.post("/api/webhooks/slack", content=delivery.body, headers=headers)
        kept = await desk.store().read(lambda view: view.inbox.page(EventFilter(), Page(10, "-received_at")))
    return answer.status_code, len(kept.items)


def items_of(file: Path) -> list[Item]:
    body = file.read_bytes().strip()
    is_form = file.name.endswith(".form.txt")
    headers = {"content-type": "application/x-www-form-urlencoded" if is_form else "application/json"}
    told = body if is_form else json.loads(body)
    bodies = [json.dumps(one).encode() for one in told] if isinstance(told, list) else [body]
    return [item for one in bodies for item in SLACK.split(Delivery(headers, one), Proven(None, None))]


def commands_of(file: Path) -> Sequence[Command]:
    found: list[Command] = []
    for item in items_of(file):
        translate = SLACK.translation_of(item.type)
        found += translate(item.raw) if translate else ()
    return found


def message_of(file: Path) -> Message:
    [command] = commands_of(file)
    assert isinstance(command, HearMessage)
    return command.message


DELIVERED = {
    "app_mention.json": [HearMessage],
    "app_mention_shared_channel.json": [HearMessage],
    "app_rate_limited.json": [],
    "app_uninstalled.json": [EndConnection],
    "file_shared.json": [LookUpMessage],
    "interactive_block_actions.form.txt": [],
    "interactive_message_action.form.txt": [HearMessage, ConfirmTicket],
    "interactive_shortcut_global.form.txt": [ShowForm],
    "interactive_view_submission.form.txt": [HearMessage, ConfirmTicket],
    "member_joined_channel.json": [],
    "message_and_app_mention_pair.json": [HearMessage, HearMessage],
    "message_bot_message_subtype.json": [HearMessage],
    "message_changed.json": [TellAfterwords],
    "message_deleted.json": [TellAfterwords],
    "message_file_share.json": [HearMessage],
    "message_file_share_private_channel.json": [HearMessage],
    "message_from_bot_user.json": [HearMessage],
    "message_im.json": [HearMessage],
    "message_own_bot_reply_echo.json": [TellAfterwords],
    "message_plain.json": [HearMessage],
    "message_thread_broadcast.json": [HearMessage],
    "message_thread_reply.json": [HearMessage],
    "message_thread_root.json": [HearMessage],
    "message_user.json": [HearMessage],
    "reaction_added.json": [TellAfterwords],
    "slash_command.form.txt": [HearMessage, ConfirmTicket],
    "slash_command_docs.form.txt": [ShowForm],
    "ssl_check.form.txt": [],
    "tokens_revoked.json": [EndConnection],
    "url_verification.json": [],
}
OTHERS = ("vectors", "chat_postMessage_", "oauth_", "retry_headers", "files_info_")


def test_every_published_event_means_what_it_should(folder: Path) -> None:
    files = [
        file
        for file in folder.iterdir()
        if not file.name.startswith(OTHERS) and not file.name.endswith((".payload.json", ".md"))
    ]
    assert {file.name: [type(one) for one in commands_of(file)] for file in files} == DELIVERED


def test_a_message_and_the_mention_in_it_are_one(folder: Path) -> None:
    first, second = items_of(folder / "message_and_app_mention_pair.json")
    assert first.external_id != second.external_id
    one, other = commands_of(folder / "message_and_app_mention_pair.json")
    assert one == other


def test_a_thread_is_known_by_its_root(folder: Path) -> None:
    root = message_of(folder / "message_thread_root.json")
    reply = message_of(folder / "message_thread_reply.json")
    assert reply.threads == root.threads == ("C111:1767268800.000100",)
    assert message_of(folder / "message_thread_broadcast.json").threads == ("C111:1633663824.000500",)
    assert message_of(folder / "message_im.json").threads == ("D111",)


def test_files_are_fetched_from_slacks_own_host(folder: Path) -> None:
    for name in ("message_file_share.json", "message_file_share_private_channel.json"):
        [file] = message_of(folder / name).files
        assert (file.source, file.external_id) == ("slack", "F111")
        assert file.reference.startswith("https://files.slack.com/files-pri/T111-F111/download/")


def test_an_echo_names_the_answer_that_it_is_of(folder: Path) -> None:
    [echo] = commands_of(folder / "message_own_bot_reply_echo.json")
    assert isinstance(echo, TellAfterwords)
    assert (echo.ours, echo.external_id) == (
        "0198c0de-0000-7000-8000-000000000001",
        "C111:1767268890.000250",
    )
