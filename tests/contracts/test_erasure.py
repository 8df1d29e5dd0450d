"""Who asks to be forgotten is: nothing of their name, addresses and words is left, in no table, file or index."""

import json
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.factories import scrub
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_core.addresses import Address
from helpdesk_core.commands import Done
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import EMAIL, Contact
from helpdesk_core.email import Mail, MailPart
from helpdesk_core.errors import Conflict, NotFound
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import Store, View
from helpdesk_core.privacy import GONE, ErasureState
from helpdesk_core.richtext import document_from_html
from helpdesk_core.satisfaction import Score
from helpdesk_core.signatures import svix
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.customers.change_customer import CustomerChange
from helpdesk_core.use_cases.customers.erase_customer import EraseCustomer
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor
from helpdesk_core.webhooks import Delivery
from tests.contracts.builders import a_kept_answer, a_widget, a_widget_session
from tests.contracts.desks import put
from tests.due_jobs import run_jobs
from tests.use_cases.conftest import Clock, PostOffice

SECRET = "whsec_" + "c2VjcmV0IGZvciB0ZXN0cw=="
NOOR = Actor("user", None, "Noor")
HEPZIBAH = Address("Hepzibah.Quill@inkwell.example", "Hepzibah Quillfeather")
OTTO = Address("otto@mail.example", "Otto")
HELD = (
    b"X-Spam-Flag: YES\r\nFrom: Hepzibah Quillfeather <Hepzibah.Quill@inkwell.example>\r\n"
    b"To: acme@desk.example\r\nSubject: My obsidian kaleidoscope\r\n\r\nWith rhubarb on it.\r\n"
)
"""A mail of hers that waits in quarantine."""
SHOP = "featherbed.myshopify.com"
IN_SHOP: dict[str, Any] = {
    "id": 7000000000001,
    "updated_at": "2026-01-10T08:00:00Z",
    "first_name": "Hepzibah",
    "last_name": "Quillfeather",
    "email": "hepzibah.quill@inkwell.example",
}
AN_ORDER: dict[str, Any] = {
    "id": 7000000000002,
    "name": "#7",
    "created_at": "2026-01-10T08:00:00Z",
    "updated_at": "2026-01-10T08:00:00Z",
    "currency": "EUR",
    "total_price": "3.50",
    "email": "hepzibah.quill@inkwell.example",
    "customer": IN_SHOP,
    "line_items": [{"id": 1, "title": "A bell", "quantity": 1, "price": "3.50"}],
    "fulfillments": [{"id": 2, "status": "success", "tracking_number": "kaleidoscope"}],
    "shipping_address": {
        "name": "Hepzibah Quillfeather",
        "city": "Zanzibarium",
        "address1": "1 Marzipan Row",
    },
}
A_REQUEST: dict[str, Any] = {
    "shop_id": 1,
    "shop_domain": SHOP,
    "customer": {"id": IN_SHOP["id"], "email": IN_SHOP["email"], "phone": "+12025550143"},
}
TRACES = (
    *("hepzibah", "quillfeather", "inkwell", "2025550143", "zanzibarium", "featherworks"),
    *("kaleidoscope", "marzipan", "rhubarb", "zeppelin", "xylophone", "obsidian", "pomegranate"),
)
"""Words that nobody else uses: of who she is, and of what she wrote."""


class Bench:
    """A desk over the store under test, and an outside that the test plays."""

    def __init__(self, store: Any) -> None:
        self.clock, self.post = Clock(), PostOffice()
        self.desk: Container = in_memory(
            Settings(secret_key=("a key for tests",), inbound_email_domain="desk.example")
        )
        self.desk.database.override(providers.Object(store))
        self.desk.clock.override(providers.Object(self.clock))
        self.desk.mail_sender.override(providers.Object(self.post))
        self.desk.mail_sources.override(providers.Object({"resend": self.post}))
        self.store: Any = store
        self.id = OrganizationId(Actor("system").id)  # type: ignore[arg-type]
        self._mails = 0

    async def begin(self) -> None:
        self.id = (await self.desk.create_organization()("acme", "Acme")).id

    async def mail(self, sender: Address, subject: str, text: str, **more: Any) -> Conversation:
        """A mail as it comes from the provider, with a file, performed to its end."""
        self._mails += 1
        self.clock.pass_(minutes=1)
        name = f"mail-{self._mails}"
        host = sender.email.partition("@")[2].lower()
        self.post.kept[name] = Mail(
            from_=sender,
            subject=subject,
            text=text,
            recipients=("acme@desk.example",),
            message_id=f"{name}@{host}",
            parts=(MailPart(f"{text.split()[0]}.txt", "text/plain", text.encode(), None, False),),
            **more,
        )
        body = {
            "type": "email.received",
            "data": {
                "email_id": name,
                "from": f"{sender.name} <{sender.email}>",
                "to": ["acme@desk.example"],
                "message_id": f"<{name}@{host}>",
                "subject": subject,
            },
        }
        raw = json.dumps(body).encode()
        delivery = Delivery(svix.sign(raw, SECRET, self.clock(), f"msg_{name}", brand="svix"), raw)
        provider = self.desk.webhook_providers()["resend"]
        await self.desk.receive_webhook()(provider, [SECRET], delivery)
        await self.run_jobs()
        external = await self.store.read(
            lambda view: view.conversations.by_external_id(self.id, Channel.EMAIL, name)
        )
        assert external is not None
        return external

    async def shop_tells(self, topic: str, body: dict[str, Any]) -> None:
        """A delivery of a shop, performed to its end."""
        self._mails += 1
        entry = REGISTRY["shopify"]
        delivery = entry.delivery(topic, body=json.dumps(body).encode())
        delivery = evolve(delivery, headers={**delivery.headers, "x-shopify-shop-domain": SHOP})
        signed = entry.sign(delivery, SECRET, self.clock(), f"shop-{self._mails}")
        await self.desk.receive_webhook()(entry.webhooks, [SECRET], signed)
        await self.run_jobs()

    async def say(self, ticket_id: TicketId, html: str, kind: Kind = Kind.REPLY, **more: Any) -> Conversation:
        self.clock.pass_(minutes=1)
        draft = Draft(content=document_from_html(html), author=agent_author(NOOR), **more)
        return await self.desk.post_conversation()(self.id, ticket_id, NOOR, kind, draft)

    async def run_jobs(self) -> None:
        await run_jobs(self.desk)

    async def erase(self, customer_id: CustomerId, tickets_at_once: int = 25) -> Any:
        erase: EraseCustomer = evolve(self.desk.erase_customer(), tickets_at_once=tickets_at_once)
        return await erase(self.id, customer_id, NOOR)


@pytest.fixture
async def bench(store: Store) -> Bench:
    made = Bench(store)
    await made.begin()
    return made


async def furnished(bench: Bench) -> CustomerId:
    """Everything that a customer leaves behind; who she is."""
    first = await bench.mail(HEPZIBAH, "My kaleidoscope", "Marzipan stains on it. Yours, Hepzibah")
    ticket_id, customer_id = first.ticket_id, CustomerId(first.author.id)  # type: ignore[arg-type]
    change = CustomerChange(
        name="Hepzibah Quillfeather",
        phones=("+12025550143",),
        company="Featherworks",
        city="Zanzibarium",
        metadata={"vip": "obsidian"},
    )
    await bench.desk.change_customer()(bench.id, customer_id, NOOR, change)
    quoting = (
        "<p>Dear Hepzibah Quillfeather, we wrote to hepzibah.quill@inkwell.example.</p>"
        "<blockquote><p>Marzipan stains on it.</p></blockquote><p>Wipe it off.</p>"
    )
    await bench.say(ticket_id, quoting, cc=("hepzibah.quill@inkwell.example", "boss@acme.example"))
    await bench.say(ticket_id, "<p>Mrs Quillfeather called.</p>", Kind.NOTE)
    await bench.run_jobs()
    await bench.mail(
        HEPZIBAH,
        "Re: My kaleidoscope",
        "Rhubarb will do it.",
        in_reply_to=("mail-1@inkwell.example",),
        references=("mail-1@inkwell.example",),
    )
    await bench.desk.rate_ticket()(bench.id, ticket_id, NOOR, Score.BAD, "A zeppelin would be quicker.")
    opening = Opening(
        "A second xylophone",
        Channel.API,
        custom_fields={"order": "obsidian"},
        metadata={"note": "pomegranate"},
    )
    requester = Requester(email="hepzibah.quill@inkwell.example")
    second = await bench.desk.open_ticket()(bench.id, NOOR, opening, requester, "Pomegranate, please.")
    await bench.desk.receive_email()(HELD)
    others = await bench.mail(OTTO, "A lamp", "It flickers.")
    await bench.mail(HEPZIBAH, "Re: A lamp", "My zeppelin too.", in_reply_to=("mail-3@mail.example",))
    await bench.say(others.ticket_id, "<p>Dear Otto, ask Hepzibah Quillfeather.</p>")
    ticket = await bench.store.read(lambda view: view.tickets.get(bench.id, others.ticket_id))
    followed = evolve(ticket, followers=("hepzibah.quill@inkwell.example", "boss@acme.example"))
    await bench.store.transact(lambda work: work.tickets.replace(followed))
    organization = await bench.store.read(lambda view: view.organizations.get(bench.id))
    widget = a_widget(organization)
    second = await bench.store.read(lambda view: view.tickets.get(bench.id, second.id))
    visit = a_widget_session(widget, second, visitor_id="hepzibah", metadata={"page": "xylophone"})
    await put(bench.store, widget, visit, a_kept_answer(organization))
    await bench.desk.connect_integration()(bench.id, "shopify", SHOP, {"create_tickets_for_orders": "true"})
    await bench.shop_tells("orders/create", AN_ORDER)
    await bench.shop_tells("customers/update", AN_ORDER["customer"])
    await bench.shop_tells("customers/data_request", A_REQUEST)
    await bench.run_jobs()
    return customer_id


async def test_nothing_is_left_of_an_erased_customer(bench: Bench, tmp_path: Path) -> None:
    customer_id = await furnished(bench)
    before = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if before is not None and trace not in before] == []
    receipt = await bench.erase(customer_id)
    await bench.run_jobs()
    assert receipt.state is ErasureState.ERASED
    assert {**receipt.erased, "events": 0} == {
        "conversations": 7,
        "attachments": 3,
        "tickets": 4,
        "events": 0,
        "ratings": 1,
        "answers": 1,
        "orders": 1,
    }
    after = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if trace in (after or "")] == []
    assert await digests_left(bench) == 1, "only Otto's file has its bytes still"
    found = await bench.store.read(lambda view: view.inbox.page(_all_events(), Page(100, "received_at")))
    raws = [(await bench.store.read(_event(one.id))).raw for one in found.items]
    assert [bool(raw) for raw in raws] == [False, False, True, False]


async def test_nothing_is_left_in_a_file_that_is_too_large_to_be_written_anew(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk_adapters.storage.sql.scrub.REWRITTEN", 0)
    customer_id = await furnished(bench)
    await bench.erase(customer_id)
    await bench.run_jobs()
    after = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if trace in (after or "")] == []


async def test_her_mail_is_gone_as_it_came_and_so_is_others_that_quotes_her(
    bench: Bench, tmp_path: Path
) -> None:
    hers = _raw(HEPZIBAH, "1@inkwell.example", "Marzipan stains on it.")
    quoting = _raw(
        OTTO, "2@mail.example", "Soap.\n\n> Marzipan stains on it. Hepzibah Quillfeather", hers=True
    )
    apart = _raw(OTTO, "3@mail.example", "It flickers.")
    for raw in (hers, quoting, apart):
        assert isinstance(await bench.desk.receive_email()(raw), Done)
    customer = await bench.store.read(
        lambda view: view.customers.by_contact(bench.id, Contact(EMAIL, HEPZIBAH.email.lower()))
    )
    await bench.erase(customer.id)
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    left = [raw for raw in (hers, quoting, apart) if await _is_kept(bench, raw)]
    assert left == [apart]
    after = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if trace in (after or "")] == []


async def test_whoever_was_only_copied_in_is_forgotten_and_gets_no_more_copies(
    bench: Bench, tmp_path: Path
) -> None:
    hers = _raw(HEPZIBAH, "1@inkwell.example", "Marzipan stains on it.")
    copied = _raw(
        OTTO, "2@mail.example", "It flickers.", cc=f"{HEPZIBAH.name} <{HEPZIBAH.email}>, boss@x.example"
    )
    for raw in (hers, copied):
        assert isinstance(await bench.desk.receive_email()(raw), Done)
    customer = await bench.store.read(
        lambda view: view.customers.by_contact(bench.id, Contact(EMAIL, HEPZIBAH.email.lower()))
    )
    await bench.erase(customer.id)
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    ticket = await bench.store.read(lambda view: view.tickets.by_number(bench.id, 2))
    assert ticket.followers == ("boss@x.example",)
    assert [raw for raw in (hers, copied) if await _is_kept(bench, raw)] == []
    after = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if trace in (after or "")] == []


@pytest.mark.parametrize("around", ["{}: 550 no such user", "*{}*", "mailto:{}.", "<{}>!", "not to {}"])
async def test_a_raw_webhook_is_found_whatever_stands_around_the_address(bench: Bench, around: str) -> None:
    customer_id = CustomerId((await bench.mail(HEPZIBAH, "A kaleidoscope", "Hi")).author.id)  # type: ignore[arg-type]
    await bench.mail(OTTO, around.format("hepzibah.quill@inkwell.example"), "It came back.")
    await bench.erase(customer_id)
    await bench.run_jobs()
    found = await bench.store.read(lambda view: view.inbox.page(_all_events(), Page(100, "received_at")))
    assert [(await bench.store.read(_event(one.id))).raw for one in found.items] == [b"", b""]


def _raw(sender: Address, id: str, text: str, hers: bool = False, cc: str = "") -> bytes:
    lines = [f"From: {sender.name} <{sender.email}>", "To: acme@desk.example", f"Message-ID: <{id}>"]
    lines += ["In-Reply-To: <1@inkwell.example>"] if hers else []
    lines += [f"Cc: {cc}"] if cc else []
    return "\n".join([*lines, "Subject: Stains", "", text, ""]).encode()


async def _is_kept(bench: Bench, raw: bytes) -> bool:
    try:
        await bench.desk.blobs().get(bench.id, sha256(raw).hexdigest())
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_shop_that_asks_has_them_forgotten_too(bench: Bench, tmp_path: Path, when: str) -> None:
    """And what it tells of them is not learned again, whether it was sent before that or later."""
    await furnished(bench)
    late = [
        ("orders/updated", {**AN_ORDER, "updated_at": "2031-01-10T08:00:00Z"}),
        ("customers/update", IN_SHOP),
    ]
    redaction = ("customers/redact", {**A_REQUEST, "orders_to_redact": [AN_ORDER["id"], 7000000000003]})
    for topic, body in [*late, redaction] if when == "before" else [redaction, *late]:
        await bench.shop_tells(topic, body)
    await bench.shop_tells("orders/create", {**AN_ORDER, "id": 7000000000003, "customer": None})
    await scrub(bench.store)()  # what was written and emptied is in the log of writes until that goes round
    after = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if trace in (after or "")] == []
    theirs = await bench.store.read(
        lambda view: view.inbox.page(EventFilter(provider="shopify"), Page(100, "received_at"))
    )
    raws = [(await bench.store.read(_event(one.id))).raw for one in theirs.items]
    assert [raw for raw in raws if b"inkwell" in raw] == []


async def test_what_others_wrote_stays_but_for_her(bench: Bench) -> None:
    customer_id = await furnished(bench)
    await bench.erase(customer_id)
    first, lamp = await bench.store.read(_texts(bench, 1, 3))
    assert first == ["", f"Dear {GONE}, we wrote to {GONE}.\n\nWipe it off.", f"Mrs {GONE} called.", ""]
    assert lamp == ["It flickers.", "", f"Dear Otto, ask {GONE}."]


async def test_a_large_customer_is_erased_by_a_job(bench: Bench, tmp_path: Path) -> None:
    customer_id = await furnished(bench)
    receipt = await bench.erase(customer_id, tickets_at_once=1)
    assert (receipt.state, receipt.finished_at) == (ErasureState.ERASING, None)
    assert await bench.erase(customer_id) == receipt
    await bench.run_jobs()
    done = await bench.store.read(lambda view: view.erasures.of_customer(bench.id, customer_id))
    assert (done.id, done.state, done.erased["conversations"]) == (receipt.id, ErasureState.ERASED, 7)
    after = await written(bench.store, tmp_path)
    assert [trace for trace in TRACES if trace in (after or "")] == []


async def test_erasing_twice_changes_nothing_and_a_new_message_is_from_somebody_new(bench: Bench) -> None:
    customer_id = await furnished(bench)
    receipt = await bench.erase(customer_id)
    await bench.run_jobs()
    kept = await bench.store.read(lambda view: view.erasures.of_customer(bench.id, customer_id))
    assert await bench.erase(customer_id) == kept
    assert kept.id == receipt.id
    back = await bench.mail(HEPZIBAH, "My kaleidoscope", "Still stained.")
    assert back.author.id != customer_id
    again = await bench.erase(CustomerId(back.author.id))  # type: ignore[arg-type]
    assert again.id != receipt.id
    assert again.erased["conversations"] == 1


async def test_the_log_tells_of_the_erasure_in_numbers(bench: Bench) -> None:
    customer_id = await furnished(bench)
    receipt = await bench.erase(customer_id)
    told = await bench.store.read(
        lambda view: view.log.about(bench.id, customer_id, Page(100, "-recorded_at"))
    )
    assert [(one.type, one.data) for one in told.items if one.type == "customer.erased"] == [
        ("customer.erased", {"erased": dict(receipt.erased)})
    ]


async def test_who_was_merged_is_erased_as_the_other_one(bench: Bench) -> None:
    first = await bench.mail(HEPZIBAH, "My kaleidoscope", "Marzipan.")
    other = await bench.mail(OTTO, "A lamp", "It flickers.")
    source, target = CustomerId(first.author.id), CustomerId(other.author.id)  # type: ignore[arg-type]
    await bench.desk.merge_customers()(bench.id, source, target, NOOR)
    with pytest.raises(Conflict):
        await bench.erase(source)
    receipt = await bench.erase(target)
    assert receipt.erased["conversations"] == 2
    gone = await bench.store.read(
        lambda view: view.customers.by_contact(bench.id, Contact(EMAIL, "hepzibah.quill@inkwell.example"))
    )
    assert gone is None


async def test_nobody_is_merged_while_they_are_being_erased(bench: Bench) -> None:
    first = await bench.mail(HEPZIBAH, "My kaleidoscope", "Marzipan.")
    other = await bench.mail(OTTO, "A lamp", "It flickers.")
    source, target = CustomerId(first.author.id), CustomerId(other.author.id)  # type: ignore[arg-type]
    assert (await bench.erase(source, tickets_at_once=0)).state is ErasureState.ERASING
    for one, into in ((source, target), (target, source)):
        with pytest.raises(Conflict):
            await bench.desk.merge_customers()(bench.id, one, into, NOOR)
    await bench.run_jobs()
    await bench.desk.merge_customers()(bench.id, source, target, NOOR)


async def written(store: Any, folder: Path) -> str | None:
    """All that the store has put down, in lower case; None for one that writes nothing."""
    if isinstance(store, SqliteStore):
        return _files(folder, store.path.name)
    if isinstance(store, PostgresStore):
        return "\n".join([row async for row in _rows(store)]).lower()
    return None


def _files(folder: Path, name: str) -> str:
    """The database, its log of writes, and whatever else lies beside it."""
    files = [path for path in folder.iterdir() if path.name.startswith(name)]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files).lower()


async def _rows(store: PostgresStore) -> AsyncIterator[str]:
    """Every row of every table, as text; bytes as they are."""
    async with await psycopg.AsyncConnection.connect(**store._conninfo) as raw:
        tables = await raw.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for (name,) in await tables.fetchall():
            for (text,) in await (await raw.execute(f'SELECT t::text FROM "{name}" t')).fetchall():
                yield text
        for (bytes_,) in await (await raw.execute("SELECT raw FROM webhook_events")).fetchall():
            yield bytes(bytes_).decode("latin-1")


async def digests_left(bench: Bench) -> int:
    """How many files of the mails the blob store still has, after the hour in which they are too young to go."""
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    left = 0
    for mail in bench.post.kept.values():
        try:
            await bench.desk.blobs().get(bench.id, sha256(mail.parts[0].content).hexdigest())
        except NotFound:
            continue
        left += 1
    return left


def _all_events() -> EventFilter:
    return EventFilter(provider="resend")


def _event(event_id: Any) -> Callable[[View], Any]:
    return lambda view: view.inbox.get(event_id)


def _texts(bench: Bench, *numbers: int) -> Callable[[View], Any]:
    """The texts on these tickets, in order."""

    async def unit(view: View) -> list[list[str]]:
        found: list[list[str]] = []
        for number in numbers:
            ticket = await view.tickets.by_number(bench.id, number)
            assert ticket is not None
            page = Page(limit=100, sort="created_at")
            messages = (await view.conversations.of_ticket(bench.id, ticket.id, page)).items
            found.append([message.content_text for message in messages])
        return found

    return unit
