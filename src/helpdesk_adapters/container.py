"""The list of what is plugged into what, and nothing else.

Everything can be overridden: `container.database.override(providers.Object(my_store))`.
"""

from collections import Counter

from dependency_injector import containers, providers

from helpdesk_adapters import factories, ids, upkeep
from helpdesk_adapters.desk import Desk
from helpdesk_adapters.metrics import Counts, Metrics
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_adapters.pings import UNTIMED, log_failure, pings
from helpdesk_adapters.rounds import Rounds
from helpdesk_adapters.secrets.keys import keyring
from helpdesk_adapters.secrets.passwords import Argon2Passwords
from helpdesk_adapters.secrets.vault import FernetVault
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.joined import JoiningStore
from helpdesk_core.commands import FetchEmail, TakeEmail
from helpdesk_core.jobs import JobKind
from helpdesk_core.teams import Team
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.arrange_teams import check_team, keep_teams_at_work
from helpdesk_core.use_cases.block_senders import BlockSender, UnblockSender
from helpdesk_core.use_cases.change_customer import ChangeCustomer, CreateCustomer, DeleteCustomer
from helpdesk_core.use_cases.change_ticket import ChangeTicket, DeleteTicket
from helpdesk_core.use_cases.check_health import CheckHealth
from helpdesk_core.use_cases.connect_integration import ConnectIntegration
from helpdesk_core.use_cases.follow_log import FollowLog
from helpdesk_core.use_cases.log_in import LogIn, LogOut, RecogniseKey, RecogniseSession
from helpdesk_core.use_cases.manage_api_keys import CreateApiKey, RevokeApiKey
from helpdesk_core.use_cases.manage_people import ChangePassword, CreateOrganization, CreateUser, DisableUser
from helpdesk_core.use_cases.open_ticket import OpenTicket
from helpdesk_core.use_cases.perform_event import Completion, PerformEvent
from helpdesk_core.use_cases.perform_job import PerformJob
from helpdesk_core.use_cases.plan_jobs import PlanJobs
from helpdesk_core.use_cases.post_conversation import PostConversation
from helpdesk_core.use_cases.prepare_mail import PrepareMail
from helpdesk_core.use_cases.receive_email import CompleteEmail, ReceiveEmail
from helpdesk_core.use_cases.receive_webhook import ReceiveWebhook
from helpdesk_core.use_cases.replay_events import ReplayEvents
from helpdesk_core.use_cases.retry_jobs import RetryJobs
from helpdesk_core.use_cases.send_reply import RetryReply, SendReply


class Container(containers.DeclarativeContainer):
    """A desk. Building it opens nothing; `desk` opens and closes what needs it."""

    settings = providers.Dependency(instance_of=Settings)

    # Time, chance, keys
    clock = providers.Object(ids.system_clock)
    new_id = providers.Object(ids.new_id)
    new_token = providers.Object(ids.new_token)
    jitter = providers.Object(ids.jitter)
    keys = providers.Singleton(keyring, settings.provided.secret_key, settings.provided.data_dir)
    domain = providers.Singleton(factories.mail_domain, settings, keys)
    vault = providers.Singleton(FernetVault, keys)
    passwords = providers.Singleton(Argon2Passwords)
    offload = providers.Singleton(ThreadOffload)

    # Outside things
    database = providers.Singleton(factories.store, settings)
    store = providers.Singleton(JoiningStore, database)
    blobs = providers.Singleton(factories.blobs, settings)
    engine = providers.Singleton(factories.engine, database, clock, jitter, new_id)
    http = providers.Singleton(factories.outgoing_http, settings)
    resend = providers.Singleton(factories.resend, settings, http)
    mail_sender = providers.Singleton(factories.mail_sender, settings, resend)
    mail_sources = providers.Dict(resend=resend)
    webhook_providers = providers.Object(factories.WEBHOOK_PROVIDERS)
    account_kinds = providers.Object(factories.ACCOUNT_KINDS)

    # People and programs
    create_organization = providers.Singleton(CreateOrganization, store, clock, new_id)
    create_user = providers.Singleton(CreateUser, store, passwords, clock, new_id)
    change_password = providers.Singleton(ChangePassword, store, passwords)
    disable_user = providers.Singleton(DisableUser, store, clock)
    create_api_key = providers.Singleton(CreateApiKey, store, clock, new_id, new_token)
    revoke_api_key = providers.Singleton(RevokeApiKey, store, clock, new_id)
    log_in = providers.Singleton(
        LogIn, store, passwords, clock, new_token, providers.Callable(factories.log_in_limit, settings)
    )
    log_out = providers.Singleton(LogOut, store)
    recognise_session = providers.Singleton(RecogniseSession, store, clock)
    recognise_key = providers.Singleton(RecogniseKey, store)

    # Tickets and customers
    open_ticket = providers.Singleton(OpenTicket, store, clock, new_id)
    change_ticket = providers.Singleton(ChangeTicket, store, clock, new_id)
    delete_ticket = providers.Singleton(DeleteTicket, store, clock, new_id)
    post_conversation = providers.Singleton(PostConversation, store, domain, clock, new_id)
    retry_reply = providers.Singleton(RetryReply, store, clock, new_id)
    create_customer = providers.Singleton(CreateCustomer, store, clock, new_id)
    change_customer = providers.Singleton(ChangeCustomer, store, clock, new_id)
    delete_customer = providers.Singleton(DeleteCustomer, store, clock, new_id)
    arrange_teams = providers.Singleton(
        Arrange[Team], store, clock, new_id, Team, lambda work: work.teams, check_team, keep_teams_at_work
    )
    block_sender = providers.Singleton(BlockSender, store, clock, new_id)
    unblock_sender = providers.Singleton(UnblockSender, store, clock, new_id)

    # In and out
    connect_integration = providers.Singleton(ConnectIntegration, store, vault, account_kinds, clock, new_id)
    receive_webhook = providers.Singleton(ReceiveWebhook, store, clock, new_id)
    prepare_mail = providers.Singleton(PrepareMail, blobs, offload)
    receive_email = providers.Singleton(ReceiveEmail, store, prepare_mail, offload, domain, clock, new_id)
    complete_email = providers.Singleton(CompleteEmail, store, prepare_mail, domain, mail_sources)
    completions = providers.Dict(
        {
            FetchEmail: providers.Singleton(
                Completion, complete_email.provided.complete, complete_email.provided.fall_back
            )
        }
    )
    steps = providers.Dict({TakeEmail: providers.Singleton(factories.take_email_step, domain)})
    perform_event = providers.Singleton(
        PerformEvent, store, webhook_providers, completions, steps, clock, new_id
    )
    replay_events = providers.Singleton(ReplayEvents, store, clock, new_id)
    send_reply = providers.Singleton(SendReply, store, blobs, mail_sender, domain, clock, new_id)

    # Running
    performers = providers.Dict(
        {
            JobKind.PERFORM_EVENT: providers.Singleton(factories.event_performer, perform_event),
            JobKind.SEND_REPLY: providers.Singleton(factories.reply_performer, send_reply),
        }
    )
    perform_job = providers.Singleton(PerformJob, performers)
    retry_jobs = providers.Singleton(RetryJobs, store, clock)
    followers = providers.Dict()
    follow_log = providers.Singleton(FollowLog, store, followers)
    schedule = providers.Dict()
    plan_jobs = providers.Singleton(PlanJobs, store, schedule, clock, new_id)
    rounds = providers.Singleton(Rounds, database, follow_log, plan_jobs)
    counters: providers.Singleton[Counts] = providers.Singleton(Counter)
    metrics = providers.Singleton(Metrics, store, counters)
    health_pings = providers.Singleton(pings, settings, database)
    check_health = providers.Singleton(
        CheckHealth, health_pings, clock, providers.Object(log_failure), providers.Object(UNTIMED)
    )
    desk = providers.Singleton(
        Desk, settings, database, engine, perform_job, rounds, http, keys, health_pings
    )

    # Looking after it
    configure_logs = providers.Callable(upkeep.configure_logs, settings)
    migrations = providers.Singleton(upkeep.migrations, settings, database)
    backups = providers.Singleton(upkeep.backups, settings)
    doctor = providers.Singleton(upkeep.doctor, settings, database, webhook_providers, clock)
    furnish = providers.Singleton(
        upkeep.furnish_sample_desk, store, blobs, domain, passwords, clock, new_id, new_token
    )


def in_memory(settings: Settings | None = None) -> Container:
    """A whole desk that keeps everything in memory: for tests, demos and embedding."""
    container = Container(settings=settings or Settings(secret_key=(ids.new_token(),)))
    container.database.override(providers.Singleton(factories.memory_store))
    container.blobs.override(providers.Singleton(factories.memory_blobs))
    return container


def demonstration(settings: Settings) -> Container:
    """A whole desk to show: what it would send by mail is kept in the data folder."""
    container = Container(settings=settings)
    container.mail_sender.override(providers.Singleton(upkeep.mail_on_paper, settings))
    return container
