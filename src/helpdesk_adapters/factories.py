"""What the container builds with more than a constructor. Vendor packages are imported when they are first needed."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import unquote, urlsplit

from anyio import Lock

from helpdesk_adapters.channels import (
    ANNOUNCERS,
    FILE_SOURCES,
    MESSAGE_SOURCES,
    NAMES,
    SENDERS,
    TEMPLATE_SOURCES,
)
from helpdesk_adapters.email.imap.passes import mailboxes
from helpdesk_adapters.jobs.engine import JobTable, LeasingEngine
from helpdesk_adapters.providers import ACCOUNT_KINDS, PROVIDERS
from helpdesk_adapters.secrets.keys import Keyring
from helpdesk_adapters.settings import BadSetting, Settings
from helpdesk_core.attachments import Attachment
from helpdesk_core.budgets import Allowance
from helpdesk_core.ids import NewId
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.authentication import Authenticate
from helpdesk_core.ports.blobs import Blobs, FileLinks
from helpdesk_core.ports.clock import Clock, Jitter, NewToken
from helpdesk_core.ports.jobs import JobEngine
from helpdesk_core.ports.mail import MailSender
from helpdesk_core.ports.messages import (
    Announcer,
    FileSource,
    MessageSender,
    MessageSource,
    SenderNames,
    TemplateSource,
)
from helpdesk_core.ports.offload import Offload
from helpdesk_core.ports.rate_limits import RateLimits
from helpdesk_core.ports.store import Store
from helpdesk_core.ports.tokens import RenewToken
from helpdesk_core.ports.webhook_calls import WebhookCalls
from helpdesk_core.quarantine import Care
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.arrange import Arrange, Check
from helpdesk_core.use_cases.customers.erase_traces import Scrub
from helpdesk_core.use_cases.files.download_file import LinkFile
from helpdesk_core.use_cases.mail.receive_email import take_email
from helpdesk_core.use_cases.messaging.announce_ticket import TicketLink
from helpdesk_core.use_cases.messaging.hear_message import hear_message
from helpdesk_core.use_cases.messaging.join_parts import hear_part
from helpdesk_core.use_cases.messaging.send_message import LinkTo
from helpdesk_core.use_cases.people.log_in import LogInLimit
from helpdesk_core.use_cases.people.mail_links import PageLink
from helpdesk_core.use_cases.running.sweep import Sweep
from helpdesk_core.use_cases.webhooks.arrange_webhook_endpoints import CheckEndpoint
from helpdesk_core.use_cases.webhooks.perform_event import Step
from helpdesk_core.use_cases.widget.arrange_widgets import check_widget
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.widget import Widget

if TYPE_CHECKING:
    from helpdesk_adapters.email.resend.client import ResendMail
    from helpdesk_adapters.web import OutgoingHttp

WEBHOOK_PROVIDERS = PROVIDERS
__all__ = ["ACCOUNT_KINDS", "WEBHOOK_PROVIDERS", "mailboxes"]


def store(settings: Settings) -> Store:
    """The store that the settings name, not yet opened."""
    if settings.database.startswith("sqlite"):
        from helpdesk_adapters.storage.sql.sqlite import SqliteStore

        try:
            return SqliteStore(settings.database)
        except ValueError as error:
            raise BadSetting(f"HELPDESK_DATABASE_URL must name a file: {error}") from error
    try:
        from helpdesk_adapters.storage.sql.postgres import PostgresStore
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"HELPDESK_DATABASE_URL asks for PostgreSQL, and {error.name} is not installed; "
            "install it with: pip install 'helpdesk[postgres]'"
        ) from error
    return PostgresStore(settings.database)


def memory_store() -> Store:
    from helpdesk_adapters.storage.memory.store import MemoryStore

    return MemoryStore()


def memory_blobs(clock: Clock) -> Blobs:
    from helpdesk_adapters.blobs.memory import MemoryBlobs

    return MemoryBlobs(clock)


def blobs(settings: Settings, clock: Clock) -> Blobs:
    """Files in the data folder, or where `file:///…` or `s3://…` says."""
    url = settings.storage_url
    if url is not None and url.startswith("s3://"):
        return _bucket(settings, clock, url)
    from helpdesk_adapters.blobs.files import FileBlobs

    folder = settings.data_dir / "files" if url is None else Path(unquote(urlsplit(url).path))
    return FileBlobs(folder, clock)


def _bucket(settings: Settings, clock: Clock, url: str) -> Blobs:
    try:
        from helpdesk_adapters.blobs.s3 import S3Blobs, bucket_of
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"HELPDESK_STORAGE_URL asks for object storage, and {error.name} is not installed; "
            "install it with: pip install 'helpdesk[s3]'"
        ) from error
    from helpdesk_adapters.blobs.presigned import Credentials

    try:
        bucket = bucket_of(url, settings.aws_region, settings.aws_endpoint_url)
    except ValueError as error:
        raise BadSetting(f"HELPDESK_STORAGE_URL {error}") from error
    key_id, secret = settings.aws_access_key_id, settings.aws_secret_access_key
    if (key_id is None) != (secret is None):
        missing = "AWS_ACCESS_KEY_ID" if key_id is None else "AWS_SECRET_ACCESS_KEY"
        raise BadSetting(f"{missing} is not set, and the other half of the pair is")
    lent = Credentials(key_id, secret, settings.aws_session_token) if key_id and secret else None
    return S3Blobs(bucket, clock, lent)


def sniff(head: bytes) -> Sequence[str]:
    """The media types that these first bytes of a file may mean."""
    from helpdesk_adapters.blobs.sniffing import sniffed

    return sniffed(head)


def file_links(keys: Keyring) -> FileLinks:
    from helpdesk_adapters.secrets.links import PURPOSE, SignedFileLinks

    return SignedFileLinks(keys.derive(PURPOSE))


def message_senders(settings: Settings, http: "OutgoingHttp") -> Mapping[Channel, MessageSender]:
    return {channel: sender(settings, http) for channel, sender in SENDERS.items()}


def template_sources(settings: Settings, http: "OutgoingHttp") -> Mapping[str, TemplateSource]:
    return {name: source(settings, http) for name, source in TEMPLATE_SOURCES.items()}


def file_sources(settings: Settings, http: "OutgoingHttp") -> Mapping[str, FileSource]:
    return {name: source(settings, http) for name, source in FILE_SOURCES.items()}


def sender_names(settings: Settings, http: "OutgoingHttp") -> Mapping[Channel, SenderNames]:
    return {channel: names(settings, http) for channel, names in NAMES.items()}


def public_links(settings: Settings, link_file: LinkFile) -> LinkTo:
    """Addresses of files as the world reaches them."""

    async def link_to(attachment: Attachment) -> str:
        link = await link_file.of(attachment)
        base = settings.public_url or "http://127.0.0.1:8000"
        return link.address or f"{base.rstrip('/')}/files/{link.token}"

    return link_to


def engine(store: Store, clock: Clock, jitter: Jitter, new_id: NewId) -> JobEngine:
    """Whatever runs the jobs of this store best."""
    if isinstance(store, BringsItsEngine):
        return store.engine(clock, jitter, new_id)
    if isinstance(store, HasJobTable):
        return LeasingEngine(store.job_table, clock, jitter, new_id)
    raise BadSetting(f"{type(store).__name__} has no jobs that could be run")


@runtime_checkable
class HasJobTable(Protocol):
    """A store that keeps its jobs in a table."""

    @property
    def job_table(self) -> JobTable: ...


@runtime_checkable
class BringsItsEngine(Protocol):
    """A store whose jobs are run by an engine of its own."""

    def engine(self, clock: Clock, jitter: Jitter, new_id: NewId) -> JobEngine: ...


def mail_domain(settings: Settings, keys: Keyring) -> MailDomain:
    return MailDomain(settings.inbound_email_domain, keys.derive("reply token"), settings.mail_from)


def log_in_limit(settings: Settings) -> LogInLimit | None:
    rate = settings.login_rate_limit
    return LogInLimit(rate.count, timedelta(seconds=rate.seconds)) if rate else None


def rate_limits(settings: Settings) -> RateLimits:
    """Counted in Redis where one is set, else in this process."""
    if settings.redis_url is None:
        from helpdesk_adapters.limits.memory import MemoryRateLimits

        return MemoryRateLimits()
    from helpdesk_adapters.limits.redis import RedisRateLimits

    return RedisRateLimits(settings.redis_url)


def outgoing_http(settings: Settings) -> "OutgoingHttp":
    from helpdesk_adapters.web import OutgoingHttp

    return OutgoingHttp(settings.outbound_allow_networks)


def resend(settings: Settings, http: "OutgoingHttp") -> "ResendMail":
    from helpdesk_adapters.email.resend.client import ResendMail

    return ResendMail(http, settings.resend_api_key, settings.api_base("resend"))


def one_at_a_time() -> AbstractAsyncContextManager[object]:
    return Lock()


def renew_token(http: "OutgoingHttp") -> RenewToken:
    from helpdesk_adapters.web.tokens import TokenEndpoints

    return TokenEndpoints(http)


def mail_sender(settings: Settings, resend: "ResendMail") -> MailSender:
    """The mail server, else Resend, else one that says what is missing."""
    from helpdesk_adapters.email.outgoing import mail_sender

    return mail_sender(settings.smtp_url, resend if settings.resend_api_key else None)


def outgoing_webhooks(http: "OutgoingHttp") -> WebhookCalls:
    from helpdesk_adapters.web.webhook_calls import OutgoingWebhooks

    return OutgoingWebhooks(http)


def arrange_endpoints(
    store: Store, calls: WebhookCalls, clock: Clock, new_id: NewId
) -> Arrange[WebhookEndpoint]:
    check = CheckEndpoint(calls.check_url)
    return Arrange(store, clock, new_id, WebhookEndpoint, lambda work: work.webhook_endpoints, check)


def take_email_step(domain: MailDomain, care: Care) -> Step:
    return partial(take_email, domain=domain, care=care)


def hear_message_step(domain: MailDomain) -> Step:
    return partial(hear_message, domain=domain)


def hear_part_step(domain: MailDomain) -> Step:
    return partial(hear_part, domain=domain)


def message_sources(settings: Settings, http: "OutgoingHttp") -> Mapping[Channel, MessageSource]:
    return {channel: source(settings, http) for channel, source in MESSAGE_SOURCES.items()}


def announcers(settings: Settings, http: "OutgoingHttp") -> Mapping[Channel, Announcer]:
    return {channel: announcer(settings, http) for channel, announcer in ANNOUNCERS.items()}


def ticket_links(settings: Settings) -> TicketLink:
    """Where agents read a ticket."""
    base = settings.public_url
    return lambda number: f"{base.rstrip('/')}/app/tickets/{number}" if base else None


def page_links(settings: Settings) -> PageLink:
    """Addresses of the desk's pages as the world reaches them."""
    base = (settings.public_url or "http://127.0.0.1:8000").rstrip("/")
    return lambda path: f"{base}{path}"


def care(settings: Settings) -> Care:
    """How careful the desk is with mail that comes in."""
    rate = settings.sender_rate_limit
    if rate is None:
        return Care(settings.spam_score, None)
    within = min(timedelta(seconds=rate.seconds), timedelta(hours=1))
    most = max(round(rate.count * within.total_seconds() / rate.seconds), 1)
    return Care(settings.spam_score, Allowance(most, within))


def proofs(settings: Settings, offload: Offload, clock: Clock) -> Authenticate:
    """Who mail is from: by the headers that the settings trust, and by signatures."""
    from helpdesk_adapters.email.proofs import Proofs
    from helpdesk_adapters.email.proofs.dns import SystemDns

    trusted = frozenset(name.lower() for name in settings.trusted_authserv_ids)
    return Proofs(trusted, SystemDns(clock) if settings.check_signatures == "on" else None, offload)


def sweep(store: Store, settings: Settings, clock: Clock, new_id: NewId) -> Sweep:
    rate = settings.login_rate_limit
    attempts_count = timedelta(seconds=rate.seconds) if rate else timedelta()
    return Sweep(store, clock, new_id, settings.event_retention, attempts_count)


def widget_check(new_token: NewToken) -> Check[Widget]:
    return partial(check_widget, new_token)


@runtime_checkable
class LeavesTraces(Protocol):
    """A store whose files may still hold what was removed from it."""

    async def scrub(self) -> None: ...


def scrub(store: Store) -> Scrub:
    """Nothing is to be done for a store in memory; PostgreSQL's own vacuum sees to its files."""

    async def nothing() -> None:
        return None

    return store.scrub if isinstance(store, LeavesTraces) else nothing
