"""What the container builds with more than a constructor. Vendor packages are imported when they are first needed."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import unquote, urlsplit
from uuid import UUID

from helpdesk_adapters.jobs.engine import JobTable, LeasingEngine
from helpdesk_adapters.providers import ACCOUNT_KINDS, PROVIDERS
from helpdesk_adapters.secrets.keys import Keyring
from helpdesk_adapters.settings import BadSetting, Settings
from helpdesk_core.ids import ConversationId, NewId, WebhookEventId
from helpdesk_core.jobs import GiveUp, Job
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock, Jitter
from helpdesk_core.ports.jobs import JobEngine
from helpdesk_core.ports.mail import MailSender
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.log_in import LogInLimit
from helpdesk_core.use_cases.perform_event import PerformEvent, Step
from helpdesk_core.use_cases.perform_job import Performer
from helpdesk_core.use_cases.receive_email import take_email
from helpdesk_core.use_cases.send_reply import SendReply

if TYPE_CHECKING:
    from helpdesk_adapters.email.resend.client import ResendMail
    from helpdesk_adapters.web import OutgoingHttp

WEBHOOK_PROVIDERS = PROVIDERS
__all__ = ["ACCOUNT_KINDS", "WEBHOOK_PROVIDERS"]


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


def memory_blobs() -> Blobs:
    from helpdesk_adapters.blobs.memory import MemoryBlobs

    return MemoryBlobs()


def blobs(settings: Settings) -> Blobs:
    """Files in the data folder, or where `file:///…` says."""
    from helpdesk_adapters.blobs.files import FileBlobs

    url = settings.storage_url
    if url is None:
        return FileBlobs(settings.data_dir / "files")
    if url.startswith("file://"):
        return FileBlobs(Path(unquote(urlsplit(url).path)))
    raise BadSetting("HELPDESK_STORAGE_URL must begin with file:// (object storage is not available yet)")


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


def outgoing_http(settings: Settings) -> "OutgoingHttp":
    from helpdesk_adapters.web import OutgoingHttp

    return OutgoingHttp(settings.outbound_allow_networks)


def resend(settings: Settings, http: "OutgoingHttp") -> "ResendMail":
    from helpdesk_adapters.email.resend.client import ResendMail

    return ResendMail(http, settings.resend_api_key, settings.api_base("resend"))


def mail_sender(settings: Settings, resend: "ResendMail") -> MailSender:
    """The mail server, else Resend, else one that says what is missing."""
    from helpdesk_adapters.email.outgoing import mail_sender

    return mail_sender(settings.smtp_url, resend if settings.resend_api_key else None)


def take_email_step(domain: MailDomain) -> Step:
    return partial(take_email, domain=domain)


def event_performer(perform: PerformEvent) -> Performer:
    async def performer(job: Job) -> None:
        await perform(WebhookEventId(UUID(job.payload["event_id"])), job.attempts)

    return performer


def reply_performer(send: SendReply) -> Performer:
    async def performer(job: Job) -> None:
        if job.organization_id is None:
            raise GiveUp("A job that sends an answer must name its organization.")
        await send(
            job.organization_id, ConversationId(UUID(job.payload["conversation_id"])), job.id, job.attempts
        )

    return performer
