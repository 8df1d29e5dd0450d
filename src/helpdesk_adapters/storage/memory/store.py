"""The store in memory: one lock, one journal, one set of repositories."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import TypeVar

from helpdesk_adapters.jobs.engine import JobTable
from helpdesk_adapters.storage.memory.accounts import BlockedSenders, Integrations
from helpdesk_adapters.storage.memory.arrangements import Arrangements
from helpdesk_adapters.storage.memory.articles import Articles
from helpdesk_adapters.storage.memory.budgets import Budgets
from helpdesk_adapters.storage.memory.commerce import Orders, Records, ShopCustomers
from helpdesk_adapters.storage.memory.conversations import Attachments, Conversations
from helpdesk_adapters.storage.memory.customers import Customers
from helpdesk_adapters.storage.memory.deliveries import Deliveries
from helpdesk_adapters.storage.memory.events import Facts, Inbox, Log
from helpdesk_adapters.storage.memory.figures import Figures
from helpdesk_adapters.storage.memory.following import KeptAnswers, LogPlaces
from helpdesk_adapters.storage.memory.imports import Imports, References
from helpdesk_adapters.storage.memory.installs import Installs
from helpdesk_adapters.storage.memory.job_table import MemoryJobTable
from helpdesk_adapters.storage.memory.jobs import Jobs
from helpdesk_adapters.storage.memory.knowledge import Passages
from helpdesk_adapters.storage.memory.messaging import Correspondences, ProviderMessages
from helpdesk_adapters.storage.memory.people import ApiKeys, LogInAttempts, Organizations, Sessions, Users
from helpdesk_adapters.storage.memory.privacy import Belongings, Erasures, Ratings
from helpdesk_adapters.storage.memory.privacy_requests import PrivacyRequests
from helpdesk_adapters.storage.memory.quarantine import Quarantine
from helpdesk_adapters.storage.memory.search import WordIndex
from helpdesk_adapters.storage.memory.staff import (
    Notifications,
    PeoplesSettings,
    SecondFactors,
    UserLinks,
    UsersSettings,
)
from helpdesk_adapters.storage.memory.suggestions import Suggestions
from helpdesk_adapters.storage.memory.suppression import SuppressedAddresses
from helpdesk_adapters.storage.memory.tables import Journal
from helpdesk_adapters.storage.memory.threads import Threads
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_adapters.storage.memory.traces import Traces
from helpdesk_adapters.storage.memory.widget import Submissions, WidgetSessions
from helpdesk_adapters.storage.touched import Touched
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.imports.mappings import ImportMapping
from helpdesk_core.macros import Macro
from helpdesk_core.ports.store import View, Work
from helpdesk_core.rules import Rule
from helpdesk_core.saved_views import SavedView
from helpdesk_core.sla import SlaPolicy
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.widget import Widget

T = TypeVar("T")


class MemoryWork:
    """Every repository of one store in memory."""

    def __init__(self, journal: Journal) -> None:
        words = WordIndex()
        self.organizations = Organizations(journal)
        self.users = Users(journal, self.organizations)
        self.sessions = Sessions(journal, self.users)
        self.api_keys = ApiKeys(journal, self.organizations)
        self.log_in_attempts = LogInAttempts(journal)
        self.customers = Customers(journal, self.organizations)
        self.tickets = Tickets(journal, words, self.customers)
        self.conversations = Conversations(journal, words, self.tickets)
        self.attachments = Attachments(journal, self.tickets)
        traces = Traces(journal, self.tickets)
        self.threads = Threads(self.tickets, self.conversations, self.attachments, traces)
        self.ratings = Ratings(journal, self.tickets)
        self.erasures = Erasures(journal, self.customers)
        self.blocked_senders = BlockedSenders(journal, self.organizations)
        self.suppressed_addresses = SuppressedAddresses(journal, self.organizations)
        self.quarantine = Quarantine(journal, self.organizations)
        self.budgets = Budgets(journal)
        self.inbox = Inbox(journal)
        self.integrations = Integrations(journal, self.organizations, self.inbox)
        self.jobs = Jobs(journal)
        self.articles = Articles(journal, self.organizations)
        self.log = Log(journal)
        self.facts = Facts(journal)
        self.figures = Figures(journal)
        self.log_places = LogPlaces(journal, self.log)
        self.kept_answers = KeptAnswers(journal)
        self.teams = Arrangements[Team](journal, self.organizations)
        self.widgets = Arrangements[Widget](journal, self.organizations)
        self.widget_sessions = WidgetSessions(journal, self.widgets)
        self.orders = Orders(journal, self.organizations)
        self.shop_customers = ShopCustomers(journal, self.organizations)
        self.privacy_requests = PrivacyRequests(journal, self.organizations)
        self.imports = Imports(journal, self.organizations)
        self.references = References(journal, self.organizations)
        self.correspondences = Correspondences(journal, self.organizations)
        self.provider_messages = ProviderMessages(journal, self.organizations)
        self.passages = Passages(journal, self.organizations)
        self.suggestions = Suggestions(journal, self.tickets)
        self.belongings = Belongings(
            self.customers,
            self.tickets,
            self.conversations,
            self.attachments,
            traces,
            self.ratings,
            self.widget_sessions,
            self.orders,
            self.shop_customers,
            self.privacy_requests,
            self.correspondences,
        )
        self.submissions = Submissions(journal)
        self._staff(journal)
        self._arrange(journal)
        self.deliveries = Deliveries(journal, self.webhook_endpoints)
        self.installs = Installs(journal)
        self.records = Records(journal, self.organizations)

    def _staff(self, journal: Journal) -> None:
        self.user_links = UserLinks(journal, self.users)
        self.second_factors = SecondFactors(journal, self.users)
        self.user_settings = UsersSettings(journal, self.users)
        self.people_settings = PeoplesSettings(journal, self.organizations)
        self.notifications = Notifications(journal, self.users, self.tickets)

    def _arrange(self, journal: Journal) -> None:
        self.tags = Arrangements[Tag](journal, self.organizations)
        self.custom_fields = Arrangements[CustomField](journal, self.organizations)
        self.macros = Arrangements[Macro](journal, self.organizations)
        self.rules = Arrangements[Rule](journal, self.organizations)
        self.sla_policies = Arrangements[SlaPolicy](journal, self.organizations)
        self.saved_views = Arrangements[SavedView](journal, self.organizations)
        self.import_mappings = Arrangements[ImportMapping](journal, self.organizations)
        self.webhook_endpoints = Arrangements[WebhookEndpoint](journal, self.organizations)


class MemoryStore:
    """A Store that lives as long as its process: for tests, demos and desks inside other programs.

    Whatever any other store guarantees holds here too, but for outliving the process. It belongs to no event
    loop and no async library, and may be shared among threads: units run one after the other. What is stored
    is not copied: the values are frozen, and whoever changes a mapping inside one changes the store.

    A thing by its id, number, contact or message id costs the same however many there are, and a page of a list
    the rows that it passes by: a rare tag is looked for in all of an organization's tickets. A search gathers and
    sorts everything it finds. A unit that fails is undone at the price of what it wrote.
    """

    def __init__(self) -> None:
        self.on_commit: list[Callable[[Touched], None]] = []
        self._lock = Lock()
        self._thread: int | None = None
        self._journal = Journal()
        self._work = MemoryWork(self._journal)
        self.job_table: JobTable = MemoryJobTable(self)

    async def transact(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        return self.change(lambda work: _without_pause(unit(work)))

    async def read(self, unit: Callable[[View], Awaitable[T]]) -> T:
        with self._alone():
            return _without_pause(unit(self._work))

    def change(self, unit: Callable[[MemoryWork], T]) -> T:
        """As `transact`, for those who know this store: a plain function, the repositories as they are."""
        with self._alone():
            self._journal.writable = True
            try:
                result = unit(self._work)
            except BaseException:
                self._journal.roll_back()
                raise
            else:
                self._journal.commit()
                logs, self._journal.logs = frozenset(self._journal.logs), set()
            finally:
                self._journal.writable = False
        if logs:
            for hook in tuple(self.on_commit):
                hook(Touched(logs=logs))
        return result

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._thread == get_ident():
            raise RuntimeError("a unit of work may await nothing but the methods of its work")
        with self._lock:
            self._thread = get_ident()
            try:
                yield
            finally:
                self._thread = None


def _without_pause(unit: Awaitable[T]) -> T:
    """Runs the unit to its end; RuntimeError if it has to wait, for then it awaited more than its work."""
    steps = unit.__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    steps.close()
    raise RuntimeError("a unit of work may await nothing but the methods of its work")
