"""What looks after a desk, for the container to list. Imported when it is first needed: most requests never do."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import NewId
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.mail import MailSender
from helpdesk_core.ports.secrets import Passwords
from helpdesk_core.ports.store import Store
from helpdesk_core.webhooks import WebhookProvider

if TYPE_CHECKING:
    from helpdesk_adapters.demo import FurnishSampleDesk
    from helpdesk_adapters.upkeep.backups import Backups
    from helpdesk_adapters.upkeep.doctor import Doctor
    from helpdesk_adapters.upkeep.migrations import Migrations
    from helpdesk_adapters.upkeep.simulation import Simulate
    from helpdesk_adapters.web import OutgoingHttp


def configure_logs(settings: Settings) -> None:
    """Sends this process's log lines to standard error, in the form that the settings ask for."""
    from helpdesk_adapters.logs import configure

    configure(settings.log_level, settings.log_format)


def migrations(settings: Settings, store: Store) -> "Migrations":
    from helpdesk_adapters.upkeep.migrations import Migrations

    return Migrations(settings.database, store)


def backups(settings: Settings) -> "Backups":
    from helpdesk_adapters.upkeep.backups import Backups

    return Backups(settings)


def doctor(
    settings: Settings,
    store: Store,
    providers: Mapping[str, WebhookProvider],
    clock: Clock,
    blobs: Callable[[], Blobs],
) -> "Doctor":
    from helpdesk_adapters.upkeep.doctor import Doctor

    return Doctor(settings, store, providers, clock, blobs)


def simulate(settings: Settings, http: "OutgoingHttp", clock: Clock, new_token: NewToken) -> "Simulate":
    from helpdesk_adapters.providers import KEYED, REGISTRY
    from helpdesk_adapters.upkeep.simulation import Simulate

    return Simulate(settings, {**REGISTRY, **KEYED}, http, clock, new_token)


def furnish_sample_desk(
    store: Store,
    blobs: Blobs,
    domain: MailDomain,
    passwords: Passwords,
    clock: Clock,
    new_id: NewId,
    new_token: NewToken,
) -> "FurnishSampleDesk":
    from helpdesk_adapters.demo import FurnishSampleDesk

    return FurnishSampleDesk(store, blobs, domain, passwords, clock, new_id, new_token)


def mail_on_paper(settings: Settings) -> MailSender:
    """A sender that keeps every mail as a file in the data folder."""
    from helpdesk_adapters.demo import MailOnPaper

    return MailOnPaper(settings.data_dir / "sent-mail")
