"""No list of the embedded store reads through a table or sorts one: an index finds it, in its order.

SQLite says how it would run a statement (https://sqlite.org/eqp.html). A sort of the right-hand terms only is one of
equals: rows of the very same time, by their ids. It stops with the page.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from helpdesk_adapters.storage.sql.commerce import Orders, ShopCustomers
from helpdesk_adapters.storage.sql.connection import Marks
from helpdesk_adapters.storage.sql.customers import FEW
from helpdesk_adapters.storage.sql.deliveries import Deliveries
from helpdesk_adapters.storage.sql.lanes import without_pause
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.messaging import ProviderMessages
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.storage.sql.prepared import Compiled, Params
from helpdesk_adapters.storage.sql.privacy import Belongings
from helpdesk_adapters.storage.sql.sqlite_connection import SqliteConnection, connect
from helpdesk_adapters.storage.sql.work import SqlView, SqlWork
from helpdesk_core.customers import EMAIL, Contact
from helpdesk_core.deliveries import WebhookDeliveryState
from helpdesk_core.ids import (
    CustomerId,
    ImportId,
    OrganizationId,
    TeamId,
    TicketId,
    UserId,
    WebhookEndpointId,
)
from helpdesk_core.jobs import JobState
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.repositories import (
    ArticleFilter,
    AuditFilter,
    CustomerFilter,
    DeliveryFilter,
    EventFilter,
    JobFilter,
    PrivacyRequestFilter,
    QuarantineFilter,
    RatingFilter,
    SuggestionFilter,
    ThreadQuery,
    TicketFilter,
)
from helpdesk_core.privacy_requests import PrivacyKind, PrivacyState
from helpdesk_core.quarantine import QuarantineState
from helpdesk_core.satisfaction import Score
from helpdesk_core.suggestions.suggestions import SuggestionState
from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.webhooks import EventState
from tests.contracts.builders import NOON, a_customer, a_vector, an_organization, new_id, one_of_each
from tests.contracts.desks import MODEL, put_one_of_each

ORGANIZATION = OrganizationId(new_id())


class Explaining(SqliteConnection):
    """Keeps the plan of whatever it runs."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        super().__init__(raw, Matrices())
        self.steps: list[str] = []

    def run(self, compiled: Compiled, params: Params) -> sqlite3.Cursor:
        plan = self.raw.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", compiled.arguments(params))
        self.steps += [step for *_, step in plan]
        return super().run(compiled, params)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explaining]:
    path: Path = tmp_path_factory.mktemp("plans") / "desk.sqlite3"
    migrate(str(path))
    with closing(connect(path, cache_kib=1000)) as raw:
        raw.execute("BEGIN")  # nothing here is to be kept
        yield Explaining(raw)


def plan(desk: Explaining, unit: Callable[[SqlView], Awaitable[Any]]) -> list[str]:
    """What SQLite would do for the unit, step by step."""
    desk.steps = []
    without_pause(unit(SqlView(desk)))
    assert desk.steps
    return desk.steps


def assert_no_scan_and_no_sort(steps: list[str]) -> None:
    for step in steps:
        # What is scanned may be a virtual table: the full-text index, or the values that were handed in.
        assert not step.startswith("SCAN") or "VIRTUAL TABLE" in step or "json_each" in step, steps
        assert "TEMP B-TREE FOR ORDER BY" not in step, steps


SORTS = [
    way + column for column in ("created_at", "updated_at", "last_message_at", "number") for way in ("", "-")
]
FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "all": ("ix_tickets_", {}),
    "open": ("ix_tickets_", {"status": (Status.OPEN,)}),
    "unsolved": ("ix_tickets_", {"status": (Status.OPEN, Status.PENDING, Status.ON_HOLD)}),
    "mine": ("ix_tickets_assignee_", {"assignee_id": UserId(new_id())}),
    "mine, open": ("ix_tickets_assignee_", {"assignee_id": UserId(new_id()), "status": (Status.OPEN,)}),
    "nobody's": ("ix_tickets_nobody_", {"unassigned": True}),
    "nobody's, open": ("ix_tickets_nobody_", {"unassigned": True, "status": (Status.OPEN,)}),
    "of a team": ("ix_tickets_team_", {"team_id": TeamId(new_id()), "status": (Status.OPEN, Status.PENDING)}),
    "of a customer": ("ix_tickets_customer_", {"customer_id": new_id()}),
    "of a customer, open": ("ix_tickets_customer_", {"customer_id": new_id(), "status": (Status.OPEN,)}),
    "tagged": ("ix_ticket_tags_", {"tag": "vip"}),
    "tagged, open, mine": (
        "ix_ticket_tags_",
        {"tag": "vip", "status": (Status.OPEN,), "assignee_id": new_id()},
    ),
    "urgent mail": (
        "ix_tickets_",
        {"priority": (Priority.URGENT, Priority.HIGH), "channel": (Channel.EMAIL,)},
    ),
    "snoozed": ("ix_tickets_snoozed_", {"snoozed": True}),
    "snoozed, mine, open": (
        "ix_tickets_snoozed_",
        {"snoozed": True, "assignee_id": UserId(new_id()), "status": (Status.OPEN,)},
    ),
    "awake, open": ("ix_tickets_", {"snoozed": False, "status": (Status.OPEN,)}),
    "recent": ("ix_tickets_", {"created_after": NOON, "updated_after": NOON, "created_before": NOON}),
}
"""What is wanted, and the indexes that know its order: one a sort."""


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("deep", [False, True], ids=["first page", "deep"])
def test_a_list_of_tickets_is_read_off_an_index(desk: Explaining, wanted: str, deep: bool) -> None:
    index, fields = FILTERS[wanted]
    for sort in SORTS:
        value = 7 if sort.endswith("number") else NOON
        page = Page(sort=sort, after=Position(value, new_id()) if deep else None)
        steps = plan(desk, partial(_listing, TicketFilter(**fields), page))
        assert_no_scan_and_no_sort(steps)
        read = [step for step in steps if step.startswith("SEARCH") and "(id=?)" not in step]
        assert all(f" INDEX {index}{page.column} " in step for step in read), steps


def _listing(wanted: TicketFilter, page: Page, view: SqlView) -> Awaitable[Any]:
    return view.tickets.page(ORGANIZATION, wanted, page)


def test_what_else_leads_to_tickets_is_read_off_an_index(desk: Explaining) -> None:
    ticket_id = TicketId(new_id())
    for unit in (
        lambda view: view.tickets.merged_into(ORGANIZATION, ticket_id),
        lambda view: view.tickets.bearing(ORGANIZATION, "vip", 100),
        lambda view: view.attachments.of_ticket(ORGANIZATION, ticket_id),
    ):
        assert_no_scan_and_no_sort(plan(desk, unit))
    steps = plan(desk, lambda view: view.tickets.tag_counts(ORGANIZATION, ["vip", "new"], 1001))
    assert_no_scan_and_no_sort([step for step in steps if step != "SCAN counted"])  # at most 1001 of each


@pytest.mark.parametrize("sort", ["created_at", "-updated_at"])
@pytest.mark.parametrize("blocked", [None, True, False])
def test_a_list_of_customers_is_read_off_an_index(desk: Explaining, sort: str, blocked: bool | None) -> None:
    page = Page(sort=sort, after=Position(NOON, new_id()))
    steps = plan(desk, lambda view: view.customers.page(ORGANIZATION, CustomerFilter(blocked=blocked), page))
    assert_no_scan_and_no_sort(steps)


def test_few_customers_of_a_beginning_are_found_by_their_index(desk: Explaining) -> None:
    each = one_of_each()
    without_pause(put_one_of_each(SqlWork(desk), each))
    steps = plan(
        desk, lambda view: view.customers.page(each.organization.id, CustomerFilter(q="car"), Page())
    )
    assert not [step for step in steps if step.startswith("SCAN customer")], steps
    for index in (
        "ix_customers_name",
        "ix_customers_company",
        "PRIMARY KEY (organization_id=? AND kind=? AND value>?",
    ):
        assert any(index in step for step in steps), steps


def test_many_customers_of_a_beginning_are_met_on_the_way(desk: Explaining) -> None:
    organization = an_organization()
    work = SqlWork(desk)
    without_pause(work.organizations.add(organization))
    for _ in range(FEW):
        without_pause(work.customers.add(a_customer(organization, name="Carla")))
    unit = plan(desk, lambda view: view.customers.page(organization.id, CustomerFilter(q="car"), Page()))
    assert any("ix_customers_created" in step for step in unit), unit
    assert_no_scan_and_no_sort([step for step in unit if "anon" not in step])
    found = without_pause(
        SqlView(desk).customers.page(organization.id, CustomerFilter(q="carla"), Page(limit=100))
    )
    assert len(found.items) == 100


def test_customers_are_looked_up_by_their_words(desk: Explaining) -> None:
    steps = plan(
        desk, lambda view: view.customers.page(ORGANIZATION, CustomerFilter(q="pereira ada lim"), Page())
    )
    words = [step for step in steps if "customer_words" in step or "words_" in step]
    assert words, steps
    assert all(step.startswith("SEARCH") for step in words), steps


@pytest.mark.parametrize("sort", ["created_at", "-updated_at"])
@pytest.mark.parametrize("wanted", [{}, {"published": True, "section": "Returns", "language": "en"}])
def test_a_list_of_articles_is_read_off_an_index(desk: Explaining, sort: str, wanted: dict[str, Any]) -> None:
    page = Page(sort=sort, after=Position(NOON, new_id()))
    steps = plan(desk, lambda view: view.articles.page(ORGANIZATION, ArticleFilter(**wanted), page))
    assert_no_scan_and_no_sort(steps)


def test_articles_and_figures_are_looked_up(desk: Explaining) -> None:
    each = one_of_each(number=10)
    without_pause(put_one_of_each(SqlWork(desk), each))
    without_pause(desk.catch_up())
    home = each.organization.id
    steps = plan(desk, lambda view: view.articles.page(home, ArticleFilter(q="squeak"), Page()))
    assert not [step for step in steps if step.startswith("SCAN articles")], steps
    steps = plan(desk, lambda view: view.articles.count(home, 10))
    assert any(step.startswith("SEARCH articles USING") for step in steps), steps
    for unit in (
        lambda view: view.figures.between(home, ["first_response"], NOON.date(), NOON.date()),
        lambda view: view.figures.until(home, ["first_response"], NOON.date()),
    ):
        steps = plan(desk, unit)
        assert not [step for step in steps if step.startswith("SCAN daily_figures")], steps
        assert any("(organization_id=? AND measure=?" in step for step in steps), steps


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
@pytest.mark.parametrize(
    "wanted",
    [{}, {"score": Score.BAD}, {"assignee_id": new_id()}, {"assignee_id": new_id(), "score": Score.GOOD}],
    ids=["all", "bad", "of an agent", "good of an agent"],
)
def test_a_list_of_ratings_is_read_off_an_index(desk: Explaining, wanted: dict[str, Any], sort: str) -> None:
    page = Page(sort=sort, after=Position(NOON, new_id()))
    steps = plan(desk, lambda view: view.ratings.page(ORGANIZATION, RatingFilter(**wanted), page))
    assert_no_scan_and_no_sort(steps)


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
def test_what_belongs_to_a_customer_is_read_off_an_index(desk: Explaining, sort: str) -> None:
    customer_id = CustomerId(new_id())
    page = Page(sort=sort, after=Position(NOON, new_id()))
    for unit in (
        lambda view: view.belongings.tickets(ORGANIZATION, customer_id, page),
        lambda view: view.belongings.messages(ORGANIZATION, customer_id, page),
        lambda view: view.belongings.taking_part(ORGANIZATION, customer_id),
        lambda view: view.belongings.following(ORGANIZATION, ["ida@garden.example"]),
        lambda view: view.ratings.of_ticket(ORGANIZATION, TicketId(new_id())),
        lambda view: view.erasures.of_customer(ORGANIZATION, customer_id),
    ):
        assert_no_scan_and_no_sort(plan(desk, unit))


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
@pytest.mark.parametrize("wanted", [{}, {"state": PrivacyState.OPEN, "kind": PrivacyKind.REDACTION}])
def test_privacy_requests_are_read_off_an_index(desk: Explaining, wanted: dict[str, Any], sort: str) -> None:
    page, filter_ = Page(sort=sort, after=Position(NOON, new_id())), PrivacyRequestFilter(**wanted)
    assert_no_scan_and_no_sort(
        plan(desk, lambda view: view.privacy_requests.page(ORGANIZATION, filter_, page))
    )
    asked = (ORGANIZATION, "shopify", PrivacyKind.DATA_REQUEST, "account-1/9")
    assert_no_scan_and_no_sort(plan(desk, lambda view: view.privacy_requests.known(*asked)))


def test_what_belongs_to_a_customer_is_let_go_off_an_index(desk: Explaining) -> None:
    customer_id, place = CustomerId(new_id()), (ORGANIZATION, "shopify", "account-1")
    for unit in (
        lambda view: Belongings(desk).release(ORGANIZATION, customer_id),
        lambda view: Orders(desk).remove_of(*place, 500),
        lambda view: Orders(desk).remove_of(*place, 500, NOON),
        lambda view: ShopCustomers(desk).remove_of(*place, NOON),
    ):
        steps = plan(desk, unit)
        assert_no_scan_and_no_sort([step for step in steps if "LIST SUBQUERY" not in step])


@pytest.mark.parametrize("sort", ["received_at", "-received_at"])
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"provider": "stripe"},
        {"state": EventState.DEAD},
        {"organization_id": ORGANIZATION, "type": "invoice.paid"},
        {"unowned": True},
    ],
    ids=["all", "of a provider", "dead", "of an organization", "unowned"],
)
def test_the_inbox_is_read_off_an_index(desk: Explaining, wanted: dict[str, Any], sort: str) -> None:
    page = Page(sort=sort, after=Position(NOON, new_id()))
    assert_no_scan_and_no_sort(plan(desk, lambda view: view.inbox.page(EventFilter(**wanted), page)))


def test_an_event_is_found_by_its_providers_id_off_an_index(desk: Explaining) -> None:
    assert_no_scan_and_no_sort(plan(desk, lambda view: view.inbox.by_external_id("stripe", "evt_1")))


def test_the_connected_accounts_of_a_provider_are_found_off_an_index(desk: Explaining) -> None:
    assert_no_scan_and_no_sort(plan(desk, lambda view: view.integrations.connected("imap")))


@pytest.mark.parametrize(
    "wanted", [{}, {"state": JobState.DEAD}, {"kind": "send_reply"}], ids=["all", "dead", "kind"]
)
def test_the_jobs_are_read_off_an_index(desk: Explaining, wanted: dict[str, Any]) -> None:
    page = Page(sort="-created_at", after=Position(NOON, new_id()))
    assert_no_scan_and_no_sort(plan(desk, lambda view: view.jobs.page(JobFilter(**wanted), page)))


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
@pytest.mark.parametrize("wanted", [{}, {"state": WebhookDeliveryState.FAILED}, {"type": "ticket.created"}])
def test_deliveries_are_read_off_an_index(desk: Explaining, wanted: dict[str, Any], sort: str) -> None:
    page = Page(sort=sort, after=Position(NOON, new_id()))
    filter_ = DeliveryFilter(WebhookEndpointId(new_id()), **wanted)
    assert_no_scan_and_no_sort(plan(desk, lambda view: view.deliveries.page(ORGANIZATION, filter_, page)))


def test_deliveries_of_events_are_looked_up_and_old_ones_found_by_their_age(desk: Explaining) -> None:
    endpoint_id = WebhookEndpointId(new_id())
    steps = plan(desk, lambda view: view.deliveries.of_events(ORGANIZATION, endpoint_id, 1, 200))
    assert_no_scan_and_no_sort(steps)
    old = plan(desk, lambda view: Deliveries(desk).forget(NOON, 500))
    assert any("ix_webhook_deliveries_finished" in step for step in old), old
    assert not [step for step in old if step.startswith("SCAN") and "LIST" not in step], old


@pytest.mark.parametrize("sort", ["seq", "-seq"])
@pytest.mark.parametrize(
    "wanted", [{}, {"actor_id": ORGANIZATION, "type": "team.created"}, {"after": NOON, "before": NOON}]
)
def test_what_is_audited_is_read_off_its_index(desk: Explaining, wanted: dict[str, Any], sort: str) -> None:
    page = Page(sort=sort, after=Position(7, new_id()))
    steps = plan(desk, lambda view: view.log.page(ORGANIZATION, AuditFilter(**wanted), page))
    assert_no_scan_and_no_sort(steps)


def test_single_things_are_looked_up(desk: Explaining) -> None:
    async def unit(view: SqlView) -> None:
        await view.organizations.by_slug("slug")
        await view.users.by_email("uma@desk.example")
        await view.users.of(ORGANIZATION)
        await view.sessions.get("token")
        await view.api_keys.by_hash("hash")
        await view.customers.by_contact(ORGANIZATION, Contact(EMAIL, "carla@mail.example"))
        await view.tickets.by_number(ORGANIZATION, 7)
        await view.conversations.by_message_id(ORGANIZATION, "a@mail.example")
        await view.conversations.by_external_id(ORGANIZATION, Channel.SMS, "SM1")
        await view.conversations.last_mail(ORGANIZATION, new_id())  # type: ignore[arg-type]
        await view.integrations.by_account("stripe", "acct_1")
        await view.log.since(ORGANIZATION, 7, 100)
        await view.log.about(ORGANIZATION, new_id(), Page(sort="-recorded_at"))
        await view.conversations.of_ticket(ORGANIZATION, new_id(), Page(sort="created_at"))  # type: ignore[arg-type]
        await view.conversations.behind(ORGANIZATION, new_id(), new_id(), 100)  # type: ignore[arg-type]
        await view.widget_sessions.with_widget("digest")

    assert_no_scan_and_no_sort(plan(desk, unit))


def test_several_things_are_looked_up_by_their_ids(desk: Explaining) -> None:
    ids = [new_id() for _ in range(3)]
    for unit in (
        lambda view: view.customers.many(ORGANIZATION, ids),
        lambda view: view.tickets.many(ORGANIZATION, ids),
        lambda view: view.attachments.many(ORGANIZATION, ids),
    ):
        steps = plan(desk, unit)
        assert any("(id=?)" in step for step in steps), steps
    steps = plan(desk, lambda view: view.conversations.of_tickets(ORGANIZATION, ids))  # type: ignore[arg-type]
    assert any("ix_conversations_ticket (ticket_id=?)" in step for step in steps), steps


def test_what_is_found_by_words_is_looked_up_by_id(desk: Explaining) -> None:
    each = one_of_each(number=9)
    work = SqlWork(desk)
    without_pause(put_one_of_each(work, each))
    without_pause(desk.catch_up())
    steps = plan(
        desk, lambda view: view.tickets.page(each.organization.id, TicketFilter(q="brake squeaks"), Page())
    )
    searched = [step for step in steps if step.startswith("SEARCH tickets")]
    assert searched
    assert all("(id=?)" in step or "(rowid=?)" in step for step in searched), steps


def test_evidence_is_looked_up_in_two_statements(desk: Explaining) -> None:
    each = one_of_each(number=8)
    without_pause(put_one_of_each(SqlWork(desk), each))
    ids = tuple(f"{place}@mail.example" for place in range(30))
    query = ThreadQuery(("quoted@mail.example", *ids), 8, 8, each.customer.id, each.ticket.subject_key, NOON)
    ran: list[str] = []
    desk.raw.set_trace_callback(ran.append)
    steps = plan(desk, lambda view: view.threads.evidence(each.organization.id, query))
    desk.raw.set_trace_callback(None)
    assert len([sql for sql in ran if not sql.startswith("EXPLAIN")]) == 2
    searched = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
    tables = ("tickets", "conversations", "message_mentions", "ticket_participants")
    assert not [step for step in searched if step.startswith(tuple(f"SCAN {table}" for table in tables))], (
        steps
    )
    for index in ("uq_conversations_message_id", "uq_tickets_number", "ix_tickets_subject"):
        assert any(index in step for step in searched), steps


def test_what_is_swept_out_is_found_by_an_index(desk: Explaining) -> None:
    work = SqlWork(desk)
    for index, unit in (
        ("ix_attachments_loose", lambda: work.attachments.loose(NOON, 10)),
        ("ix_attachments_digest", lambda: work.attachments.named(ORGANIZATION, ["ab" * 32])),
        ("ix_webhook_events_bodies", lambda: work.inbox.empty(NOON, 10)),
        ("ix_kept_answers_created", lambda: work.kept_answers.forget(NOON, 10)),
        ("ix_jobs_state", lambda: work.jobs.forget_done(NOON, 10)),
    ):
        desk.steps = []
        without_pause(unit())
        assert any(index in step for step in desk.steps), desk.steps
        assert_no_scan_and_no_sort(desk.steps)


def test_what_was_heard_of_accounts_and_what_waits_for_one_are_found_by_indexes(desk: Explaining) -> None:
    work = SqlWork(desk)
    for index, unit in (
        ("ix_webhook_events_heard", lambda: work.integrations.heard(ORGANIZATION)),
        ("ix_webhook_events_waiting", lambda: work.inbox.waiting("shopify", "oak.myshopify.com", 1)),
    ):
        desk.steps = []
        without_pause(unit())
        assert any(index in step for step in desk.steps), desk.steps
        assert_no_scan_and_no_sort(desk.steps)


@pytest.mark.parametrize("sort", ["since", "-since"])
@pytest.mark.parametrize("after", [None, Position(NOON, new_id())])
def test_suppressed_addresses_are_read_off_indexes(
    desk: Explaining, sort: str, after: Position | None
) -> None:
    page = Page(sort=sort, after=after)
    steps = plan(desk, lambda view: view.suppressed_addresses.page(ORGANIZATION, page))
    assert_no_scan_and_no_sort(steps)
    assert "ix_suppressed_addresses_since" in steps[0]


@pytest.mark.parametrize("sort", ["held_at", "-held_at"])
@pytest.mark.parametrize("after", [None, Position(NOON, new_id())])
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (QuarantineFilter(), "ix_quarantined_mails_all"),
        (QuarantineFilter(QuarantineState.HELD), "ix_quarantined_mails_held"),
        (QuarantineFilter(sender="a@b.example"), "ix_quarantined_mails_sender"),
        (QuarantineFilter(QuarantineState.HELD, "a@b.example"), "ix_quarantined_mails_sender"),
    ],
)
def test_quarantine_is_read_off_indexes(
    desk: Explaining, sort: str, after: Position | None, wanted: QuarantineFilter, index: str
) -> None:
    page = Page(sort=sort, after=after)
    steps = plan(desk, lambda view: view.quarantine.page(ORGANIZATION, wanted, page))
    assert_no_scan_and_no_sort(steps)
    assert f"{index} " in steps[0]


def test_what_is_held_and_budgets_are_looked_up(desk: Explaining) -> None:
    for unit in (
        lambda view: view.quarantine.known(ORGANIZATION, "ext-1", "1@garden.example"),
        lambda view: view.quarantine.from_senders(ORGANIZATION, ["a@b.example"]),
        lambda view: view.quarantine.naming(ORGANIZATION, ["d1", "d2"]),
        lambda view: view.quarantine.before(NOON, 10),
        lambda view: view.budgets.named(ORGANIZATION, ["a", "b"]),
    ):
        assert_no_scan_and_no_sort(plan(desk, unit))
    steps = plan(desk, lambda view: view.quarantine.held(10))
    assert_no_scan_and_no_sort([step for step in steps if not step.startswith(("SCAN anon", "SCAN (sub"))])


def test_conversations_at_providers_and_their_messages_are_looked_up(desk: Explaining) -> None:
    ticket_id, customer_id = TicketId(new_id()), CustomerId(new_id())
    for unit in (
        lambda view: view.correspondences.get(ORGANIZATION, Channel.SMS, "+12025550199", "+12025550143"),
        lambda view: view.provider_messages.get(ORGANIZATION, Channel.SMS, "+12025550199", "SM1"),
    ):
        assert_no_scan_and_no_sort(plan(desk, unit))
    for of, unit in (
        ("ticket", lambda view: view.correspondences.of_ticket(ORGANIZATION, ticket_id)),
        ("customer", lambda view: view.correspondences.of_customer(ORGANIZATION, customer_id)),
    ):
        # They are few: a customer has one or two names on a channel, so they may be sorted.
        assert any(f"ix_correspondences_{of} ({of}_id=?)" in step for step in plan(desk, unit))
    old = plan(desk, lambda view: ProviderMessages(desk).forget(NOON, 500))
    assert any("ix_provider_messages_told_at" in step for step in old), old
    assert_no_scan_and_no_sort([step for step in old if "LIST SUBQUERY" not in step])


def test_whether_an_address_is_suppressed_is_one_look(desk: Explaining) -> None:
    addresses = ["a@b.example", "c@b.example"]
    assert_no_scan_and_no_sort(
        plan(desk, lambda view: view.suppressed_addresses.among(ORGANIZATION, addresses))
    )


def test_imports_and_what_things_are_called_elsewhere_are_read_off_indexes(desk: Explaining) -> None:
    listed = plan(desk, lambda view: view.imports.page(ORGANIZATION, Page(sort="-created_at")))
    deep = Page(sort="-created_at", after=Position(NOON, new_id()))
    following = plan(desk, lambda view: view.imports.page(ORGANIZATION, deep))
    of_account = plan(desk, lambda view: view.imports.of_account(ORGANIZATION, "zendesk", "acme", 20))
    names = ["1", "2"]
    known = plan(desk, lambda view: view.references.many(ORGANIZATION, "zendesk", "acme", "tickets", names))
    to = plan(desk, lambda view: view.references.to(ORGANIZATION, new_id()))
    problems = plan(desk, lambda view: view.imports.problems(ORGANIZATION, ImportId(new_id())))
    external = plan(
        desk, lambda view: view.conversations.by_external_ids(ORGANIZATION, Channel.IMPORT, names)
    )
    mails = plan(desk, lambda view: view.conversations.by_message_ids(ORGANIZATION, names))
    for steps in (listed, following, of_account, known, problems, external, mails):
        assert_no_scan_and_no_sort(steps)
    assert any("ix_imports_created" in step for step in listed)
    assert any("ix_imports_account" in step for step in of_account)
    assert any("ix_external_references_ours" in step for step in to)  # a handful, sorted
    assert any("uq_conversations_message_id" in step for step in mails)
    assert any("external_id=?" in step for step in external)


def test_passages_are_looked_up(desk: Explaining) -> None:
    ids, vector = [new_id(), new_id()], a_vector(1, 0)
    work = SqlWork(desk)
    each = one_of_each(number=11)
    without_pause(put_one_of_each(work, each))
    home = each.organization.id
    for unit in (
        lambda view: view.passages.of_source(home, SourceKind.ARTICLE, ids[0]),
        lambda view: view.passages.digests(home, SourceKind.TICKET, ids),
        lambda view: view.passages.sources(home, SourceKind.ARTICLE, ids[0], 10),
        lambda view: view.passages.many(home, ids),
        lambda view: work.passages.matching(home, ["brake", "bell"], 10, SourceKind.ARTICLE),
        lambda view: work.passages.commonness(home, ["brake"]),
        lambda view: view.passages.nearest(home, vector, MODEL, 10),
        lambda view: view.passages.nearest(home, vector, MODEL, 10, SourceKind.TICKET),
        lambda view: view.passages.without_vector("another", 10),
        lambda view: view.passages.without_vector("another", 10, home),
        lambda view: view.passages.count(home, MODEL),
        lambda view: work.passages.remove(home, SourceKind.ARTICLE, ids),
        lambda view: work.passages.keep_vectors(MODEL, {each.passage.id: vector}),
    ):
        # What the index of words has found is taken as it is, and what is due is an index of its own.
        taken = ("SCAN (subquery-1)", "SCAN passages USING INDEX ix_passages_due")
        assert_no_scan_and_no_sort([step for step in plan(desk, unit) if step not in taken])


@pytest.mark.parametrize("sort", ["created_at", "-created_at"])
@pytest.mark.parametrize(
    ("index", "wanted"),
    [
        ("created", {}),
        ("ticket", {"ticket_id": TicketId(new_id()), "state": SuggestionState.USED, "grounded": True}),
        ("state", {"state": SuggestionState.OFFERED, "grounded": False}),
        ("grounded", {"grounded": False}),
    ],
)
def test_suggestions_are_read_off_an_index(
    desk: Explaining, index: str, wanted: dict[str, Any], sort: str
) -> None:
    page = Page(sort=sort, after=Position(NOON, new_id()))
    steps = plan(desk, lambda view: view.suggestions.page(ORGANIZATION, SuggestionFilter(**wanted), page))
    assert_no_scan_and_no_sort(steps)
    assert any(f" ix_suggestions_{index} " in step for step in steps), steps
    forgotten = plan(desk, lambda view: SqlWork(desk).suggestions.forget(ORGANIZATION, [TicketId(new_id())]))
    assert any(" ix_suggestions_ticket " in step for step in forgotten), forgotten


def test_a_question_makes_six_statements_however_many_words_it_has(desk: Explaining) -> None:
    each = one_of_each(number=12)
    without_pause(put_one_of_each(SqlWork(desk), each))
    without_pause(desk.catch_up())
    home, words = each.organization.id, ["brake", *(f"word{number}" for number in range(30))]

    async def unit(view: SqlView) -> None:
        await view.passages.nearest(home, a_vector(3, 4), MODEL, 10)
        found = await view.passages.matching(home, words, 10)
        await view.passages.many(home, [id for id, _ in found])
        assert (await view.passages.commonness(home, words))["brake"] == 1  # as the search has seen already

    without_pause(unit(SqlView(desk)))  # the first question reads the vectors
    desk.marks = Marks()
    ran: list[str] = []
    desk.raw.set_trace_callback(ran.append)
    without_pause(unit(SqlView(desk)))
    desk.raw.set_trace_callback(None)
    assert len([sql for sql in ran if not sql.startswith(("EXPLAIN", "--"))]) == 6
