"""Messages in other languages, and answers in one's own, with a model behind a server of its own."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from attrs import define, field
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.email import OutgoingMail
from helpdesk_core.jobs import JobState
from helpdesk_core.paging import Page
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.richtext import text_of
from helpdesk_core.users import Role, Scope
from helpdesk_http.app import create_app
from tests.due_jobs import run_jobs
from tests.fakes.model_server import ModelServer, Order, model_server, refuses, says
from tests.http.conftest import PASSWORD, Office, a_client, an_office
from tests.http.test_widget import a_session, a_widget, heard, say

FRENCH = "Bonjour, où est passée ma commande ? J'attends depuis deux semaines."


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@define
class Postbox:
    """What the desk has sent by mail."""

    sent: list[OutgoingMail] = field(factory=list)

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        self.sent.append(mail)
        return Accepted()


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def letters(postbox: Postbox) -> list[OutgoingMail]:
    return postbox.sent


@pytest.fixture
async def desk(model: ModelServer, postbox: Postbox) -> AsyncIterator[Container]:
    model.orders()
    desk = in_memory(
        Settings(
            secret_key=("a key for tests",),
            inbound_email_domain="desk.example",
            ai_base_url=model.base,
            ai_model="small",
        )
    )
    desk.mail_sender.override(providers.Object(postbox))
    yield desk
    await desk.http().close()


@pytest.fixture
async def silent() -> AsyncIterator[Office]:
    """An office of a desk that translates nothing."""
    desk = in_memory(Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example"))
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        office = await an_office(desk, app, "silent")
        async with office.client:
            yield office


def tells(*parts: str) -> Order:
    """The model translates into these parts."""
    told = "".join(f"=== {number}\n{part}\n" for number, part in enumerate(parts, 1))
    return says(f"{told}=== end", bytes_a_part=7)


async def settle(office: Office) -> None:
    """Whatever follows by itself is done."""
    await office.desk.follow_log()()
    await run_jobs(office.desk, may_fail=True)


def texts(heard: list[dict[str, Any]]) -> list[str]:
    """What a visitor reads."""
    return [text_of(one["content"]) for one in heard]


async def messages(office: Office, ticket_id: str) -> list[dict[str, Any]]:
    found = await office.client.get(f"/api/v1/tickets/{ticket_id}/conversations")
    return list(found.json()["data"])


async def test_a_foreign_message_is_translated_into_the_organizations_language(
    acme: Office, model: ModelServer
) -> None:
    model.orders(tells("Hello, where is my order? I have been waiting for two weeks."))
    ticket = await acme.ticket(message=FRENCH)
    await settle(acme)
    (message,) = await messages(acme, ticket["id"])
    assert (message["language"], message["content_text"]) == ("fr", FRENCH)
    assert message["translation"] == {
        "language": "en",
        "text": "Hello, where is my order? I have been waiting for two weeks.",
        "state": "translated",
    }
    (asked,) = model.asked
    task, material = (one["content"] for one in asked["body"]["messages"])
    assert "fr" in task
    assert FRENCH in material
    shown = (await acme.client.get(f"/api/v1/tickets/{ticket['id']}?include=customer")).json()
    assert (shown["language"], shown["customer"]["language"]) == ("fr", "fr")
    export = await acme.client.get(f"/api/v1/customers/{ticket['customer_id']}/export")
    (told,) = export.json()["tickets"][0]["conversations"]
    assert told["translation"] == {"language": "en", "text": message["translation"]["text"]}


async def test_personal_data_stays_here_and_is_put_back(acme: Office, model: ModelServer) -> None:
    model.orders(tells("My name is [name 1], write to [email 1] about parcel [phone 1]."))
    text = "Ich heiße Ida Brandt, schreiben Sie bitte an ida@garden.example wegen Sendungsnummer 7745120098."
    customer = {"email": "ida@garden.example", "name": "Ida Brandt"}
    ticket = await acme.ticket(message=text, customer=customer)
    await settle(acme)
    (message,) = await messages(acme, ticket["id"])
    assert message["translation"]["text"] == (
        "My name is Ida Brandt, write to ida@garden.example about parcel 7745120098."
    )
    sent = str(model.asked)
    assert not [one for one in ("Ida", "Brandt", "garden.example", "7745120098") if one in sent]


async def test_a_translation_that_lost_a_detail_or_leads_elsewhere_is_none(
    acme: Office, model: ModelServer
) -> None:
    text = "Bitte schreiben Sie mir an ida@garden.example, ich warte schon zwei Wochen auf das Paket."
    model.orders(tells("Please write to me."), tells("Write to [email 1] or http://evil.example/pay."))
    ticket = await acme.ticket(message=text)
    await settle(acme)
    (message,) = await messages(acme, ticket["id"])
    assert message["translation"] == {"language": "en", "text": None, "state": "failed"}
    assert len(model.asked) == 2


async def test_what_is_in_the_organizations_language_is_not_translated(
    acme: Office, model: ModelServer
) -> None:
    changed = await acme.client.patch("/api/v1/organization", json={"language": "fr"})
    assert changed.json() == {
        "id": str(acme.id),
        "slug": "acme",
        "name": "Acme",
        "language": "fr",
        "translates": True,
    }
    ticket = await acme.ticket(message=FRENCH)
    await settle(acme)
    (message,) = await messages(acme, ticket["id"])
    assert (message["language"], message["translation"], model.asked) == ("fr", None, [])
    refused = await acme.client.patch("/api/v1/organization", json={"language": "xx"})
    assert refused.status_code == 422
    reader = await acme.client_with(Scope.READ)
    async with reader:
        assert (await reader.get("/api/v1/organization")).json()["language"] == "fr"
        assert (await reader.patch("/api/v1/organization", json={"language": "de"})).status_code == 403


async def test_a_message_is_translated_when_somebody_asks(acme: Office, model: ModelServer) -> None:
    ticket = await acme.ticket(message="Where is my order? I have been waiting for two weeks.")
    await settle(acme)
    (message,) = await messages(acme, ticket["id"])
    assert (message["language"], message["translation"]) == ("en", None)
    url = f"/api/v1/conversations/{message['id']}/translate"
    model.orders(tells("Wo ist meine Bestellung?"))
    asked = await acme.client.post(url, json={"language": "de"})
    assert (asked.status_code, asked.json()["translation"]) == (
        202,
        {"language": "de", "text": None, "state": "pending"},
    )
    await settle(acme)
    assert (await messages(acme, ticket["id"]))[0]["translation"] == {
        "language": "de",
        "text": "Wo ist meine Bestellung?",
        "state": "translated",
    }
    again = await acme.client.post(url, json={"language": "de"})
    assert again.json()["translation"]["state"] == "translated"
    for body, status in (({"language": "en"}, 422), ({"language": "xx"}, 422), ({}, 422)):
        assert (await acme.client.post(url, json=body)).status_code == status
    log = await acme.client.get("/api/v1/events", params={"type": "conversation.updated"})
    assert [one["data"]["changed"] for one in log.json()["data"]].count(["translation"]) == 2


async def test_an_answer_leaves_in_the_customers_language_and_keeps_what_was_written(
    acme: Office, model: ModelServer, letters: list[OutgoingMail]
) -> None:
    ticket = await acme.ticket()
    model.orders(
        tells(
            "Ihre Bestellung ist <1>unterwegs</1>.\nSie kommt morgen.",
            "Verfolgen Sie sie <1>hier</1>",
            "Viele Grüße",
        )
    )
    html = (
        "<p>Your order is <strong>on its way</strong>.<br>It arrives tomorrow.</p>"
        '<ul><li><p>Follow it <a href="https://parcels.example/t">here</a></p></li></ul><p>Kind regards</p>'
    )
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    posted = await acme.client.post(url, json={"html": html, "translate_to": "de"})
    assert posted.status_code == 201, posted.text
    reply = posted.json()
    assert (reply["delivery"]["state"], reply["translation"]["state"]) == ("queued", "pending")
    await settle(acme)
    (letter,) = letters
    assert "Ihre Bestellung ist unterwegs." in letter.text
    assert "order" not in letter.text + (letter.html or "")
    assert '<a href="https://parcels.example/t"' in (letter.html or "")
    assert "<strong>unterwegs</strong>" in (letter.html or "")
    reply = (await messages(acme, ticket["id"]))[1]
    assert (reply["delivery"]["state"], reply["language"]) == ("sent", "de")
    assert reply["content_text"].startswith("Ihre Bestellung ist unterwegs.\nSie kommt morgen.")
    assert reply["translation"]["state"] == "translated"
    assert reply["translation"]["language"] == "en"
    assert reply["translation"]["text"].startswith("Your order is on its way.\nIt arrives tomorrow.")


async def test_an_answer_that_cannot_be_translated_fails_with_a_reason_and_can_be_tried_again(
    acme: Office, model: ModelServer, letters: list[OutgoingMail]
) -> None:
    ticket = await acme.ticket()
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    model.orders(tells("Nothing of it"), tells("Still nothing"))
    text = "Please write to shop@acme.example about it, we are glad to help you."
    reply = (await acme.client.post(url, json={"text": text, "translate_to": "de"})).json()
    await settle(acme)
    failed = (await messages(acme, ticket["id"]))[1]
    assert failed["delivery"]["state"] == "failed"
    assert "could not be translated" in failed["delivery"]["detail"]
    assert (failed["translation"]["state"], failed["content_text"]) == ("failed", text)
    assert letters == []
    model.orders(tells("Bitte schreiben Sie an [email 1], wir helfen gern."))
    again = await acme.client.post(f"/api/v1/conversations/{reply['id']}/retry")
    assert (again.json()["delivery"]["state"], again.json()["translation"]["state"]) == ("queued", "pending")
    await settle(acme)
    sent = (await messages(acme, ticket["id"]))[1]
    assert sent["delivery"]["state"] == "sent"
    assert [letter.text for letter in letters] == [
        "Bitte schreiben Sie an shop@acme.example, wir helfen gern."
    ]


async def test_an_answer_waits_while_the_model_is_busy_and_never_leaves_untranslated(
    acme: Office, model: ModelServer, letters: list[OutgoingMail]
) -> None:
    ticket = await acme.ticket()
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    model.orders(refuses(401))
    await acme.client.post(url, json={"text": "Your order is on its way.", "translate_to": "de"})
    await settle(acme)
    waiting = (await messages(acme, ticket["id"]))[1]
    assert waiting["delivery"]["state"] == "queued"
    assert "translated again" in waiting["delivery"]["detail"]
    assert letters == []
    found = await acme.desk.store().read(
        lambda view: view.jobs.page(JobFilter(state=JobState.FAILED), Page(sort="-created_at"))
    )
    assert [job.kind.value for job in found.items] == ["translate_answer"]


async def test_an_answer_in_the_customers_language_already_leaves_as_it_is(
    acme: Office, model: ModelServer, letters: list[OutgoingMail]
) -> None:
    ticket = await acme.ticket()
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    text = "Guten Tag, Ihre Bestellung ist unterwegs und kommt morgen bei Ihnen an."
    await acme.client.post(url, json={"text": text, "translate_to": "de"})
    await settle(acme)
    reply = (await messages(acme, ticket["id"]))[1]
    assert (reply["translation"], reply["language"], reply["delivery"]["state"]) == (None, "de", "sent")
    assert ([letter.text for letter in letters], model.asked) == ([text], [])


async def test_a_visitor_sees_an_answer_only_once_it_is_translated(
    acme: Office, model: ModelServer, visitor: httpx2.AsyncClient
) -> None:
    await acme.user(Role.AGENT)
    token = await a_session(visitor, await a_widget(acme))
    model.orders(tells("Hello, where is my order?"))
    taken = await say(visitor, token, FRENCH)
    await settle(acme)
    model.orders(tells("Elle arrive demain."))
    url = f"/api/v1/tickets/{taken['ticketId']}/conversations"
    reply = (await acme.client.post(url, json={"text": "It arrives tomorrow.", "translate_to": "fr"})).json()
    assert reply["delivery"]["state"] == "queued"
    after = (await say(visitor, token, "Vous êtes là ?"))["conversationId"]
    assert texts(await heard(visitor, token)) == [FRENCH, "Vous êtes là ?"]
    await run_jobs(acme.desk)
    assert texts(await heard(visitor, token, after=after)) == ["Elle arrive demain."]
    shown = (await acme.client.get(f"/api/v1/conversations/{reply['id']}")).json()
    assert (shown["delivery"]["state"], shown["translation"]["text"]) == ("sent", "It arrives tomorrow.")


async def test_without_a_translator_the_desk_says_which_settings_are_missing(silent: Office) -> None:
    ticket = await silent.ticket(message=FRENCH)
    await settle(silent)
    (message,) = await messages(silent, ticket["id"])
    assert message["translation"] == {"language": "en", "text": None, "state": "not_configured"}
    url = f"/api/v1/tickets/{ticket['id']}/conversations"
    for answer in (
        await silent.client.post(url, json={"text": "On its way.", "translate_to": "fr"}),
        await silent.client.post(f"/api/v1/conversations/{message['id']}/translate", json={"language": "en"}),
    ):
        assert answer.status_code == 409
        assert "HELPDESK_AI_BASE_URL" in answer.json()["detail"]
    assert len(await messages(silent, ticket["id"])) == 1
    assert (await silent.client.get("/api/v1/organization")).json()["translates"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Among us.", "kind": "note", "translate_to": "de"},
        {"text": "Hello.", "translate_to": "xx"},
        {"text": "Hello.", "translate_to": "german"},
        {"text": "A" * 20_001, "translate_to": "de"},
    ],
)
async def test_what_cannot_be_translated_is_refused_before_anything_is_kept(
    acme: Office, body: dict[str, Any]
) -> None:
    ticket = await acme.ticket()
    refused = await acme.client.post(f"/api/v1/tickets/{ticket['id']}/conversations", json=body)
    assert refused.status_code == 422
    assert len(await messages(acme, ticket["id"])) == 1


async def test_nobody_has_the_messages_of_others_translated(acme: Office, other: Office) -> None:
    ticket = await acme.ticket(message=FRENCH)
    (message,) = await messages(acme, ticket["id"])
    url = f"/api/v1/conversations/{message['id']}/translate"
    assert (await other.client.post(url, json={"language": "en"})).status_code == 404
    async with a_client(acme.app) as nobody:
        assert (await nobody.post(url, json={"language": "en"})).status_code == 401


async def test_an_agent_reads_and_answers_in_their_own_language_on_the_page(
    acme: Office, model: ModelServer, letters: list[OutgoingMail]
) -> None:
    email = await acme.user(Role.AGENT)
    model.orders(tells("Hello, where is my order? <b>Now</b>"), tells("Elle arrive demain."))
    ticket = await acme.ticket(message=FRENCH)
    await settle(acme)
    async with a_client(acme.app) as agent:
        await agent.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        path = f"/app/tickets/{ticket['number']}"
        page = (await agent.get(path)).text
        assert "Hello, where is my order? &lt;b&gt;Now&lt;/b&gt;" in page
        assert 'name="translate_to" value="fr"' in page
        answer = {"text": "It arrives tomorrow.", "kind": "reply", "status": "", "translate_to": "fr"}
        assert (await agent.post(f"{path}/messages", data=answer)).status_code == 303
        await run_jobs(acme.desk)
        page = (await agent.get(path)).text
        assert "Elle arrive demain." in page
        assert "As it was written (en)" in page
    assert [letter.text for letter in letters] == ["Elle arrive demain."]
