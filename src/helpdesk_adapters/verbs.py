"""The list of what comes in and goes out, and what each of these verbs is plugged into; nothing else."""

from dependency_injector import providers

from helpdesk_adapters import factories, revoking
from helpdesk_adapters.commerce.amazon import parts as amazon
from helpdesk_adapters.commerce.shopify import parts as shopify
from helpdesk_adapters.desk_verbs import DeskVerbs
from helpdesk_adapters.email.imap.passes import SyncMailboxes
from helpdesk_adapters.email.imap.watching import WatchMailboxes
from helpdesk_adapters.imports.export_folder import WriteExport
from helpdesk_adapters.imports.opening import ACCOUNTS, connecting, sources
from helpdesk_adapters.imports.zendesk import parts as zendesk
from helpdesk_adapters.knowledge_verbs import KnowledgeVerbs
from helpdesk_adapters.letters import LETTERS
from helpdesk_adapters.messaging import installers as messaging
from helpdesk_adapters.messaging.levy_fleets import parts as levy_fleets
from helpdesk_adapters.messaging.messenger.farewell import Farewell
from helpdesk_adapters.messaging.meta.login import GRANTED_BY
from helpdesk_adapters.payments.stripe import parts as stripe
from helpdesk_adapters.payments.stripe_connect import parts as stripe_connect
from helpdesk_adapters.steps import STEPS
from helpdesk_core.commands import (
    ConfirmTicket,
    ConfirmTopic,
    FetchEmail,
    HearMessage,
    HearPart,
    LookUpMessage,
    ReadEmail,
    ShowForm,
    TakeEmail,
    TakeFleetReport,
    TellAfterwords,
    TellChoice,
    TellRecord,
)
from helpdesk_core.use_cases.accounts.check_shops import CheckShops
from helpdesk_core.use_cases.accounts.connect_integration import ConnectIntegration
from helpdesk_core.use_cases.accounts.end_grant import EndGrant
from helpdesk_core.use_cases.accounts.fresh_token import FreshToken
from helpdesk_core.use_cases.accounts.install_account import BeginInstall, FinishInstall
from helpdesk_core.use_cases.accounts.manage_integrations import ChangeIntegration, DisconnectIntegration
from helpdesk_core.use_cases.accounts.revoke_access import RevokeAccess
from helpdesk_core.use_cases.commerce.complete_record import CompleteRecord
from helpdesk_core.use_cases.files.fetch_file import FetchFile
from helpdesk_core.use_cases.importing.connect_source import ConnectSource
from helpdesk_core.use_cases.importing.export_organization import ExportOrganization
from helpdesk_core.use_cases.importing.map_words import MapWords
from helpdesk_core.use_cases.importing.order_import import OrderImport, PauseImport
from helpdesk_core.use_cases.importing.run_import import RunImport
from helpdesk_core.use_cases.mail.prepare_mail import PrepareMail
from helpdesk_core.use_cases.mail.push_mail import HEAD_START, ReadPushedMail, TakePushedMail
from helpdesk_core.use_cases.mail.reach_mailbox import ReachMailbox, RenewAccessToken
from helpdesk_core.use_cases.mail.receive_email import CompleteEmail, ReceiveEmail
from helpdesk_core.use_cases.mail.send_reply import SendReply
from helpdesk_core.use_cases.mail.settle_quarantine import DiscardMail, ReleaseMail
from helpdesk_core.use_cases.mail.sync_mailbox import SyncMailbox
from helpdesk_core.use_cases.messaging.announce_ticket import AnnounceTicket, AnswerAsker, TellColleagues
from helpdesk_core.use_cases.messaging.ask_provider import AskProvider
from helpdesk_core.use_cases.messaging.complete_message import CompleteMessage, no_fall_back, when_it_came
from helpdesk_core.use_cases.messaging.join_parts import JoinParts
from helpdesk_core.use_cases.messaging.list_templates import ListTemplates
from helpdesk_core.use_cases.messaging.send_message import SendMessage
from helpdesk_core.use_cases.messaging.settle_call import SettleCall
from helpdesk_core.use_cases.messaging.wake_answers import WakeAnswers
from helpdesk_core.use_cases.people.mail_links import MailLink
from helpdesk_core.use_cases.people.mail_notifications import MailNotifications
from helpdesk_core.use_cases.running.send_notice import SendNotice
from helpdesk_core.use_cases.webhooks.perform_event import Completion, PerformEvent
from helpdesk_core.use_cases.webhooks.receive_webhook import ReceiveWebhook
from helpdesk_core.use_cases.webhooks.replay_events import ReplayEvents, WakeEvents


class Verbs(KnowledgeVerbs):
    """Everything that a desk can be asked to do, and what that needs of the outside."""

    # What they need
    settings = DeskVerbs.settings
    clock = DeskVerbs.clock
    new_id = DeskVerbs.new_id
    new_token = DeskVerbs.new_token
    domain = DeskVerbs.domain
    vault = DeskVerbs.vault
    keys = DeskVerbs.keys
    offload = DeskVerbs.offload
    store = DeskVerbs.store
    blobs = DeskVerbs.blobs
    http = DeskVerbs.http
    mail_sender = DeskVerbs.mail_sender
    mail_sources = DeskVerbs.mail_sources
    webhook_providers = DeskVerbs.webhook_providers
    account_kinds = DeskVerbs.account_kinds

    # In and out
    connect_integration = providers.Singleton(ConnectIntegration, store, vault, account_kinds, clock, new_id)
    installers = providers.Dict(
        {
            "shopify": providers.Singleton(shopify.installer, settings, http),
            "stripe-connect": providers.Singleton(stripe_connect.installer, settings, http),
            "amazon": providers.Singleton(amazon.installer, settings, http),
            "slack": providers.Singleton(messaging.slack, settings, http),
            "whatsapp": providers.Singleton(messaging.whatsapp, settings, http),
            "messenger": providers.Singleton(messaging.messenger, settings, http),
            "zendesk": providers.Singleton(zendesk.installer, settings, http, keys),
        }
    )
    renewals = providers.Dict(
        shopify=providers.Callable(shopify.renewal, settings, http),
        zendesk=providers.Callable(zendesk.renewal, settings, http, keys),
    )
    fresh_token = providers.Singleton(FreshToken, store, vault, renewals, clock, new_id)
    register_webhooks = providers.Singleton(
        shopify.registration,
        store,
        fresh_token,
        providers.Callable(shopify.subscribing, settings, http),
        settings,
    )
    check_sellers = providers.Singleton(amazon.check_sellers, settings, http, store, vault, clock, new_id)
    check_shops = providers.Singleton(CheckShops, store, fresh_token, clock, new_id)
    shopify_diagnostics = providers.Singleton(shopify.diagnostics, settings, http)
    revokers = providers.Singleton(revoking.revokers, installers)
    revoke_access = providers.Singleton(RevokeAccess, store, vault, revokers, clock, new_id)
    begin_install = providers.Singleton(BeginInstall, store, installers, clock, new_token)
    finish_install = providers.Singleton(FinishInstall, store, installers, vault, clock, new_id)
    change_integration = providers.Singleton(ChangeIntegration, store, vault, account_kinds, clock, new_id)
    disconnect_integration = providers.Singleton(DisconnectIntegration, store, clock, new_id)
    receive_webhook = providers.Singleton(ReceiveWebhook, store, clock, new_id)
    receive_from_topic = providers.Singleton(
        amazon.receive_from_topic, settings, http, receive_webhook, clock
    )
    proofs = providers.Singleton(factories.proofs, settings, offload, clock)
    care = providers.Singleton(factories.care, settings)
    prepare_mail = providers.Singleton(PrepareMail, blobs, offload, proofs, DeskVerbs.languages)
    receive_email = providers.Singleton(
        ReceiveEmail, store, prepare_mail, offload, domain, clock, new_id, care
    )
    complete_email = providers.Singleton(CompleteEmail, store, prepare_mail, domain, new_id, mail_sources)
    read_pushed_mail = providers.Singleton(ReadPushedMail, store, prepare_mail, offload, domain, new_id)
    complete_record = providers.Singleton(
        CompleteRecord,
        store,
        providers.Singleton(stripe.billing_sources, settings, http),
        providers.Singleton(stripe.billing_modes, settings),
    )
    messenger_farewell = providers.Singleton(
        Farewell, providers.Singleton(EndGrant, store, clock, new_id, providers.Object(GRANTED_BY))
    )
    sender_names = providers.Singleton(factories.sender_names, settings, http)
    complete_message = providers.Singleton(CompleteMessage, store, vault, sender_names)
    ask_provider = providers.Singleton(
        AskProvider,
        store,
        vault,
        providers.Singleton(factories.message_sources, settings, http),
        complete_message,
    )
    completions = providers.Dict(
        {
            FetchEmail: providers.Singleton(
                Completion, complete_email.provided.complete, complete_email.provided.fall_back
            ),
            ReadEmail: providers.Singleton(
                Completion, read_pushed_mail.provided.complete, read_pushed_mail.provided.fall_back
            ),
            TakeFleetReport: providers.Singleton(levy_fleets.completion, settings),
            ConfirmTopic: providers.Singleton(amazon.confirmations, settings, http),
            **dict.fromkeys(
                (HearMessage, TellAfterwords, LookUpMessage, ShowForm, ConfirmTicket),
                providers.Singleton(
                    Completion, ask_provider.provided.complete, ask_provider.provided.fall_back
                ),
            ),
            TellChoice: providers.Object(Completion(when_it_came, no_fall_back)),
            TellRecord: providers.Singleton(
                Completion, complete_record.provided.complete, complete_record.provided.fall_back
            ),
        }
    )
    steps = providers.Dict(
        {
            **{command: providers.Object(step) for command, step in STEPS.items()},
            TakeEmail: providers.Singleton(factories.take_email_step, domain, care),
            HearMessage: providers.Singleton(factories.hear_message_step, domain),
            HearPart: providers.Singleton(factories.hear_part_step, domain),
        }
    )
    perform_event = providers.Singleton(
        PerformEvent, store, webhook_providers, completions, steps, clock, new_id
    )
    take_pushed_mail = providers.Singleton(
        TakePushedMail,
        store,
        providers.Singleton(ReceiveWebhook, store, clock, new_id, providers.Object(HEAD_START)),
        perform_event,
        offload,
    )
    take_fleet_report = providers.Singleton(
        levy_fleets.taking,
        settings,
        store,
        providers.Singleton(ReceiveWebhook, store, clock, new_id, providers.Object(HEAD_START)),
        perform_event,
    )
    mailboxes = providers.Singleton(factories.mailboxes)
    renew_token = providers.Singleton(factories.renew_token, http)
    renew_access_token = providers.Singleton(RenewAccessToken, store, vault, renew_token, clock, new_id)
    reach_mailbox = providers.Singleton(ReachMailbox, store, mailboxes, vault, renew_access_token, clock)
    sync_mailbox = providers.Singleton(
        SyncMailbox,
        store,
        reach_mailbox,
        perform_event,
        clock,
        new_id,
        providers.Singleton(factories.one_at_a_time),
    )
    sync_mailboxes = providers.Singleton(SyncMailboxes, store, sync_mailbox)
    watch_mailboxes = providers.Singleton(WatchMailboxes, store, reach_mailbox, sync_mailbox, clock, new_id)
    release_mail = providers.Singleton(ReleaseMail, store, domain, clock, new_id)
    discard_mail = providers.Singleton(DiscardMail, store, clock, new_id)
    replay_events = providers.Singleton(ReplayEvents, store, clock, new_id)
    wake_events = providers.Singleton(WakeEvents, store, clock, new_id)
    wake_answers = providers.Singleton(WakeAnswers, store, clock)
    send_reply = providers.Singleton(SendReply, store, blobs, mail_sender, domain, clock, new_id)
    message_senders = providers.Singleton(factories.message_senders, settings, http)
    file_sources = providers.Singleton(factories.file_sources, settings, http)
    list_templates = providers.Singleton(
        ListTemplates, store, vault, providers.Singleton(factories.template_sources, settings, http)
    )
    announcers = providers.Singleton(factories.announcers, settings, http)
    ticket_links = providers.Singleton(factories.ticket_links, settings)
    tell_colleagues = providers.Singleton(TellColleagues, clock, new_id)
    announce_ticket = providers.Singleton(
        AnnounceTicket, store, vault, announcers, ticket_links, clock, new_id
    )
    answer_asker = providers.Singleton(AnswerAsker, store, vault, announcers, ticket_links)
    send_message = providers.Singleton(
        SendMessage,
        store,
        blobs,
        vault,
        message_senders,
        providers.Singleton(factories.public_links, settings, DeskVerbs.link_file),
        clock,
        new_id,
    )
    settle_call = providers.Singleton(SettleCall, store, clock, new_id)
    join_parts = providers.Singleton(JoinParts, store, domain, clock, new_id)
    fetch_file = providers.Singleton(
        FetchFile, store, blobs, vault, providers.Object(factories.sniff), file_sources, clock, new_id
    )
    order_import = providers.Singleton(OrderImport, store, vault, providers.Object(ACCOUNTS), clock, new_id)
    connect_source = providers.Singleton(
        ConnectSource, store, vault, providers.Singleton(connecting, settings, http), clock, new_id
    )
    map_words = providers.Singleton(MapWords, store, providers.Object(ACCOUNTS), clock, new_id)
    write_export = providers.Singleton(
        WriteExport, providers.Singleton(ExportOrganization, store, clock, new_id), blobs, clock
    )
    pause_import = providers.Singleton(PauseImport, store, clock, new_id)
    import_sources = providers.Singleton(sources, settings, http, store, vault, fresh_token)
    run_import = providers.Singleton(RunImport, store, import_sources, clock, new_id)
    notices = providers.Dict({notice: providers.Object(write) for notice, write in LETTERS.items()})
    send_notice = providers.Singleton(SendNotice, store, mail_sender, domain, notices)
    mail_link = providers.Singleton(MailLink, store, vault, mail_sender, domain, DeskVerbs.page_links, clock)
    mail_notifications = providers.Singleton(
        MailNotifications, store, mail_sender, domain, DeskVerbs.page_links, clock
    )
