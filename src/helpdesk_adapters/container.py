"""The list of what is plugged into what, and nothing else.

Everything can be overridden: `container.database.override(providers.Object(my_store))`.
"""

from collections import Counter
from datetime import timedelta

from dependency_injector import providers

from helpdesk_adapters import factories, ids, upkeep
from helpdesk_adapters import performers as performing
from helpdesk_adapters.desk import Desk
from helpdesk_adapters.metrics import Counts, Metrics
from helpdesk_adapters.pings import UNTIMED, log_failure, pings, reports
from helpdesk_adapters.rounds import Rounds
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.verbs import Verbs
from helpdesk_core.jobs import JobKind
from helpdesk_core.use_cases.running.check_health import CheckHealth
from helpdesk_core.use_cases.running.count_figures import count_figures
from helpdesk_core.use_cases.running.follow_log import FollowLog
from helpdesk_core.use_cases.running.perform_job import PerformJob
from helpdesk_core.use_cases.running.plan_jobs import PlanJobs
from helpdesk_core.use_cases.running.retry_jobs import RetryJobs


class Container(Verbs):
    """A desk. Building it opens nothing; `desk` opens and closes what needs it."""

    # Running
    performers = providers.Dict(
        {
            JobKind.PERFORM_EVENT: providers.Singleton(performing.performs_event, Verbs.perform_event),
            JobKind.ENRICH_MESSAGE: providers.Singleton(performing.tells_languages, Verbs.tell_languages),
            JobKind.TRANSLATE_MESSAGE: providers.Singleton(
                performing.translates_message, Verbs.translate_message
            ),
            JobKind.TRANSLATE_ANSWER: providers.Singleton(
                performing.translates_answer, Verbs.translate_answer
            ),
            JobKind.MAIL_UNSEEN_ANSWER: providers.Singleton(
                performing.mails_unseen_answer, Verbs.mail_unseen_answer
            ),
            JobKind.SEND_REPLY: providers.Singleton(performing.sends_reply, Verbs.send_reply),
            JobKind.SEND_MESSAGE: providers.Singleton(performing.sends_message, Verbs.send_message),
            JobKind.SETTLE_CALL: providers.Singleton(performing.settles_call, Verbs.settle_call),
            JobKind.JOIN_PARTS: providers.Singleton(performing.joins_parts, Verbs.join_parts),
            JobKind.SYNC_KNOWLEDGE: providers.Singleton(performing.syncs_knowledge, Verbs.sync_knowledge),
            JobKind.EMBED_PASSAGES: providers.Singleton(performing.embeds_passages, Verbs.embed_passages),
            JobKind.FETCH_FILE: providers.Singleton(performing.fetches_file, Verbs.fetch_file),
            JobKind.SUGGEST_REPLIES: providers.Singleton(
                performing.suggests_replies, Verbs.suggest_by_itself.provider
            ),
            JobKind.RUN_IMPORT: providers.Singleton(performing.runs_import, Verbs.run_import),
            JobKind.ANNOUNCE_TICKET: providers.Singleton(performing.announces_ticket, Verbs.announce_ticket),
            JobKind.CONFIRM_TICKET: providers.Singleton(performing.answers_asker, Verbs.answer_asker),
            JobKind.ERASE_CUSTOMER: providers.Singleton(performing.erases_customer, Verbs.go_on_erasing),
            JobKind.ERASE_TRACES: providers.Singleton(performing.erases_traces, Verbs.erase_traces),
            JobKind.WAKE_TICKET: providers.Singleton(performing.wakes_ticket, Verbs.wake_ticket),
            JobKind.SLA_DUE: providers.Singleton(performing.tells_breach, Verbs.tell_breach),
            JobKind.RETAG_TICKETS: providers.Singleton(performing.retags_tickets, Verbs.retag_tickets),
            JobKind.SEND_NOTICE: Verbs.send_notice,
            JobKind.MAIL_LINK: providers.Singleton(performing.mails_link, Verbs.mail_link),
            JobKind.MAIL_NOTIFICATIONS: providers.Singleton(
                performing.mails_notifications, Verbs.mail_notifications
            ),
            JobKind.DELIVER_WEBHOOK: providers.Singleton(performing.delivers_webhook, Verbs.deliver_webhook),
            JobKind.REDELIVER_WEBHOOKS: Verbs.redeliver_webhooks,
            JobKind.SWEEP: providers.Singleton(performing.sweeps, Verbs.sweep),
            JobKind.SYNC_MAILBOXES: providers.Singleton(performing.syncs_mailboxes, Verbs.sync_mailboxes),
            JobKind.WAKE_EVENTS: Verbs.wake_events,
            JobKind.WAKE_ANSWERS: Verbs.wake_answers,
            JobKind.CHECK_SELLERS: providers.Singleton(performing.checks_sellers, Verbs.check_sellers),
            JobKind.CHECK_SHOPS: providers.Singleton(performing.checks_shops, Verbs.check_shops),
            JobKind.REGISTER_WEBHOOKS: providers.Singleton(
                performing.registers_webhooks, Verbs.register_webhooks
            ),
            JobKind.REVOKE_ACCESS: providers.Singleton(performing.revokes_access, Verbs.revoke_access),
            JobKind.FULFIL_PRIVACY_REQUEST: providers.Singleton(
                performing.fulfils_request, Verbs.fulfil_privacy_request
            ),
            JobKind.FORGET_BLOBS: providers.Singleton(performing.forgets_blobs, Verbs.forget_blobs),
        }
    )
    perform_job = providers.Singleton(PerformJob, performers)
    retry_jobs = providers.Singleton(RetryJobs, Verbs.store, Verbs.clock)
    followers = providers.Dict(
        rules=Verbs.follow_rules,
        webhooks=Verbs.tell_endpoints,
        figures=providers.Object(count_figures),
        colleagues=Verbs.tell_colleagues,
        assignment=Verbs.assign_tickets,
        notifications=Verbs.tell_users,
        knowledge=Verbs.follow_sources,
        languages=Verbs.follow_messages,
        suggestions=Verbs.order_suggestions,
    )
    follow_log = providers.Singleton(FollowLog, Verbs.store, followers)
    schedule = providers.Dict(
        {
            JobKind.SWEEP: providers.Object(timedelta(hours=1)),
            JobKind.SYNC_MAILBOXES: providers.Object(timedelta(minutes=2)),
            JobKind.EMBED_PASSAGES: providers.Object(timedelta(hours=1)),
            JobKind.CHECK_SELLERS: providers.Object(timedelta(days=1)),
            JobKind.CHECK_SHOPS: providers.Object(timedelta(days=1)),
        }
    )
    plan_jobs = providers.Singleton(PlanJobs, Verbs.store, schedule, Verbs.clock, Verbs.new_id)
    rounds = providers.Singleton(
        Rounds, Verbs.database, follow_log, plan_jobs, providers.Dict(watch_mailboxes=Verbs.watch_mailboxes)
    )
    counters: providers.Singleton[Counts] = providers.Singleton(Counter)
    metrics = providers.Singleton(Metrics, Verbs.store, counters)
    health_pings = providers.Singleton(pings, Verbs.settings, Verbs.database)
    check_health = providers.Singleton(
        CheckHealth,
        health_pings,
        Verbs.clock,
        providers.Object(log_failure),
        providers.Object(UNTIMED),
        providers.Singleton(reports, Verbs.store),
    )
    desk = providers.Singleton(
        Desk,
        Verbs.settings,
        Verbs.database,
        Verbs.engine,
        perform_job,
        rounds,
        Verbs.http,
        Verbs.keys,
        health_pings,
        Verbs.rate_limits,
        Verbs.blobs,
    )

    # Looking after it
    simulate = providers.Singleton(upkeep.simulate, Verbs.settings, Verbs.http, Verbs.clock, Verbs.new_token)
    configure_logs = providers.Callable(upkeep.configure_logs, Verbs.settings)
    migrations = providers.Singleton(upkeep.migrations, Verbs.settings, Verbs.database)
    backups = providers.Singleton(upkeep.backups, Verbs.settings)
    doctor = providers.Singleton(
        upkeep.doctor,
        Verbs.settings,
        Verbs.database,
        Verbs.webhook_providers,
        Verbs.clock,
        Verbs.blobs.provider,
    )
    furnish = providers.Singleton(
        upkeep.furnish_sample_desk,
        Verbs.store,
        Verbs.blobs,
        Verbs.domain,
        Verbs.passwords,
        Verbs.clock,
        Verbs.new_id,
        Verbs.new_token,
    )


def in_memory(settings: Settings | None = None) -> Container:
    """A whole desk that keeps everything in memory: for tests, demos and embedding."""
    container = Container(settings=settings or Settings(secret_key=(ids.new_token(),)))
    container.database.override(providers.Singleton(factories.memory_store))
    container.blobs.override(providers.Singleton(factories.memory_blobs, container.clock))
    return container


def demonstration(settings: Settings) -> Container:
    """A whole desk to show: what it would send by mail is kept in the data folder."""
    container = Container(settings=settings)
    container.mail_sender.override(providers.Singleton(upkeep.mail_on_paper, settings))
    return container
