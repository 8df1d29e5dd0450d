"""The list of what is done at the desk itself, and what each of these verbs is plugged into; nothing else."""

from dependency_injector import providers

from helpdesk_adapters import factories, models
from helpdesk_adapters.languages.countries import country_of
from helpdesk_adapters.languages.detection import FastTextLanguages
from helpdesk_adapters.outside import Outside
from helpdesk_adapters.presence import Presence
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.macros import Macro
from helpdesk_core.rules import Rule
from helpdesk_core.saved_views import SavedView
from helpdesk_core.sla import SlaPolicy
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.automation.apply_macros import ApplyMacro, PreviewMacro
from helpdesk_core.use_cases.automation.arrange_custom_fields import check_custom_field
from helpdesk_core.use_cases.automation.arrange_rules import TestRule, check_macro, check_rule
from helpdesk_core.use_cases.automation.follow_rules import FollowRules
from helpdesk_core.use_cases.automation.keep_sla import TellBreach, check_sla_policy
from helpdesk_core.use_cases.automation.show_views import check_saved_view
from helpdesk_core.use_cases.customers.answer_privacy_request import ExportRequested, FinishRequest
from helpdesk_core.use_cases.customers.change_customer import ChangeCustomer, CreateCustomer, DeleteCustomer
from helpdesk_core.use_cases.customers.erase_customer import EraseCustomer, GoOnErasing
from helpdesk_core.use_cases.customers.erase_traces import EraseTraces
from helpdesk_core.use_cases.customers.export_customer import ExportCustomer
from helpdesk_core.use_cases.customers.fulfil_privacy_request import FulfilPrivacyRequest
from helpdesk_core.use_cases.customers.merge_customers import MergeCustomers
from helpdesk_core.use_cases.files.download_file import LinkFile, OpenFile
from helpdesk_core.use_cases.files.forget_blobs import ForgetBlobs
from helpdesk_core.use_cases.files.upload_file import DiscardFile, UploadFile
from helpdesk_core.use_cases.languages.choose_language import ChooseLanguage
from helpdesk_core.use_cases.languages.follow_messages import FollowMessages
from helpdesk_core.use_cases.languages.tell_languages import TellLanguages
from helpdesk_core.use_cases.languages.translate_answer import TranslateAnswer
from helpdesk_core.use_cases.languages.translate_message import AskTranslation, TranslateMessage
from helpdesk_core.use_cases.mail.block_senders import BlockSender, UnblockSender
from helpdesk_core.use_cases.mail.change_mail_settings import ChangeMailSettings
from helpdesk_core.use_cases.mail.send_reply import RetryReply
from helpdesk_core.use_cases.mail.suppress_addresses import ReleaseAddress, SuppressAddress
from helpdesk_core.use_cases.people.arrange_teams import check_team, keep_teams_at_work
from helpdesk_core.use_cases.people.log_in import LogIn, LogOut, RecogniseKey, RecogniseSession
from helpdesk_core.use_cases.people.manage_api_keys import CreateApiKey, RevokeApiKey
from helpdesk_core.use_cases.people.manage_people import (
    ChangePassword,
    CreateOrganization,
    CreateUser,
    DisableUser,
)
from helpdesk_core.use_cases.people.manage_users import AddUser, ChangeUser, SetPassword
from helpdesk_core.use_cases.running.read_figures import ReadFigures
from helpdesk_core.use_cases.running.search_desk import SearchDesk
from helpdesk_core.use_cases.running.write_articles import WriteArticles
from helpdesk_core.use_cases.tickets.change_many import ChangeMany
from helpdesk_core.use_cases.tickets.change_ticket import ChangeTicket, DeleteTicket
from helpdesk_core.use_cases.tickets.follow_ticket import FollowTicket, UnfollowTicket
from helpdesk_core.use_cases.tickets.know_tags import ArrangeTags, RetagTickets, take_off_tickets
from helpdesk_core.use_cases.tickets.merge_tickets import MergeTickets, UnmergeTicket
from helpdesk_core.use_cases.tickets.open_ticket import OpenTicket
from helpdesk_core.use_cases.tickets.post_conversation import PostConversation
from helpdesk_core.use_cases.tickets.rate_ticket import DeleteRating, RateTicket
from helpdesk_core.use_cases.tickets.redact_conversation import RedactConversation
from helpdesk_core.use_cases.tickets.split_ticket import SplitTicket
from helpdesk_core.use_cases.tickets.wake_ticket import WakeTicket
from helpdesk_core.use_cases.webhooks.arrange_webhook_endpoints import RotateSecret, SetUpEndpoint
from helpdesk_core.use_cases.webhooks.deliver_webhook import DeliverWebhook
from helpdesk_core.use_cases.webhooks.plan_deliveries import Redeliver, TellEndpoints, TestEndpoint
from helpdesk_core.use_cases.webhooks.redeliver_webhooks import RedeliverRange, RedeliverWebhooks
from helpdesk_core.use_cases.widget.answer_in_widget import MailUnseenAnswer
from helpdesk_core.use_cases.widget.chat_in_widget import SendInWidget
from helpdesk_core.use_cases.widget.know_visitor import BeginChat, FindVisitor, FindWidget
from helpdesk_core.use_cases.widget.read_in_widget import ReadInWidget, SeeInWidget
from helpdesk_core.use_cases.widget.submit_contact_form import SubmitContactForm
from helpdesk_core.widget import Widget


class DeskVerbs(Outside):
    """What people and programs do with tickets, customers, files, widgets and what the desk tells on."""

    # What they need
    settings = Outside.settings
    clock = Outside.clock
    new_id = Outside.new_id
    new_token = Outside.new_token
    jitter = Outside.jitter
    domain = Outside.domain
    vault = Outside.vault
    passwords = Outside.passwords
    offload = Outside.offload
    database = Outside.database
    store = Outside.store
    blobs = Outside.blobs
    file_links = Outside.file_links
    http = Outside.http
    webhook_calls = Outside.webhook_calls
    live = Outside.live

    # People and programs
    create_organization = providers.Singleton(CreateOrganization, store, clock, new_id)
    create_user = providers.Singleton(CreateUser, store, passwords, clock, new_id)
    change_password = providers.Singleton(ChangePassword, store, passwords)
    disable_user = providers.Singleton(DisableUser, store, clock)
    add_user = providers.Singleton(AddUser, store, clock, new_id)
    change_user = providers.Singleton(ChangeUser, store, clock, new_id)
    set_password = providers.Singleton(SetPassword, store, passwords, clock, new_id)
    create_api_key = providers.Singleton(CreateApiKey, store, clock, new_id, new_token)
    revoke_api_key = providers.Singleton(RevokeApiKey, store, clock, new_id)
    log_in = providers.Singleton(
        LogIn, store, passwords, clock, new_token, providers.Callable(factories.log_in_limit, settings)
    )
    log_out = providers.Singleton(LogOut, store)
    recognise_session = providers.Singleton(RecogniseSession, store, clock)
    recognise_key = providers.Singleton(RecogniseKey, store)

    change_mail_settings = providers.Singleton(ChangeMailSettings, store, domain, clock, new_id)

    # Languages
    languages = providers.Singleton(FastTextLanguages, offload)
    language_model = providers.Singleton(models.language_model, settings, http)
    translator = providers.Singleton(models.translator, language_model, settings)
    choose_language = providers.Singleton(ChooseLanguage, store, clock, new_id)
    follow_messages = providers.Singleton(FollowMessages, translator, clock, new_id)
    tell_languages = providers.Singleton(TellLanguages, store, languages, translator, clock, new_id)
    ask_translation = providers.Singleton(AskTranslation, store, translator, clock, new_id)
    translate_message = providers.Singleton(TranslateMessage, store, languages, translator, clock, new_id)
    translate_answer = providers.Singleton(TranslateAnswer, store, languages, translator, clock, new_id)

    # Tickets and customers
    open_ticket = providers.Singleton(OpenTicket, store, clock, new_id)
    change_ticket = providers.Singleton(ChangeTicket, store, clock, new_id)
    delete_ticket = providers.Singleton(DeleteTicket, store, clock, new_id)
    change_many = providers.Singleton(ChangeMany, store, clock, new_id)
    merge_tickets = providers.Singleton(MergeTickets, store, clock, new_id)
    unmerge_ticket = providers.Singleton(UnmergeTicket, store, clock, new_id)
    split_ticket = providers.Singleton(SplitTicket, store, clock, new_id)
    wake_ticket = providers.Singleton(WakeTicket, store, clock, new_id)
    follow_ticket = providers.Singleton(FollowTicket, store, clock, new_id)
    unfollow_ticket = providers.Singleton(UnfollowTicket, store, clock, new_id)
    redact_conversation = providers.Singleton(RedactConversation, store, clock, new_id)
    arrange_tags = providers.Singleton(
        ArrangeTags, store, clock, new_id, Tag, lambda work: work.tags, before_removal=take_off_tickets
    )
    retag_tickets = providers.Singleton(RetagTickets, store, clock, new_id)
    arrange_custom_fields = providers.Singleton(
        Arrange[CustomField],
        store,
        clock,
        new_id,
        CustomField,
        lambda work: work.custom_fields,
        check_custom_field,
    )
    post_conversation = providers.Singleton(PostConversation, store, domain, clock, new_id, translator)
    retry_reply = providers.Singleton(RetryReply, store, clock, new_id)
    create_customer = providers.Singleton(CreateCustomer, store, clock, new_id)
    change_customer = providers.Singleton(ChangeCustomer, store, clock, new_id)
    delete_customer = providers.Singleton(DeleteCustomer, store, clock, new_id)
    merge_customers = providers.Singleton(MergeCustomers, store, clock, new_id)
    export_customer = providers.Singleton(ExportCustomer, store, clock, new_id)
    erase_customer = providers.Singleton(EraseCustomer, store, clock, new_id)
    go_on_erasing = providers.Singleton(GoOnErasing, store, clock, new_id)
    erase_traces = providers.Singleton(EraseTraces, store, providers.Callable(factories.scrub, database))
    fulfil_privacy_request = providers.Singleton(
        FulfilPrivacyRequest,
        store,
        erase_customer,
        go_on_erasing,
        providers.Callable(factories.scrub, database),
        clock,
        new_id,
    )
    export_requested = providers.Singleton(ExportRequested, store, clock, new_id)
    finish_request = providers.Singleton(FinishRequest, store, clock, new_id)
    rate_ticket = providers.Singleton(RateTicket, store, clock, new_id)
    delete_rating = providers.Singleton(DeleteRating, store, clock, new_id)
    arrange_teams = providers.Singleton(
        Arrange[Team], store, clock, new_id, Team, lambda work: work.teams, check_team, keep_teams_at_work
    )
    arrange_widgets = providers.Singleton(
        Arrange[Widget],
        store,
        clock,
        new_id,
        Widget,
        lambda work: work.widgets,
        providers.Callable(factories.widget_check, new_token),
    )
    write_articles = providers.Singleton(WriteArticles, store, clock, new_id)
    search_desk = providers.Singleton(SearchDesk, store)
    read_figures = providers.Singleton(ReadFigures, store)
    arrange_macros = providers.Singleton(
        Arrange[Macro], store, clock, new_id, Macro, lambda work: work.macros, check_macro
    )
    apply_macro = providers.Singleton(ApplyMacro, store, domain, clock, new_id)
    preview_macro = providers.Singleton(PreviewMacro, store, clock, new_id)
    arrange_rules = providers.Singleton(
        Arrange[Rule], store, clock, new_id, Rule, lambda work: work.rules, check_rule
    )
    test_rule = providers.Singleton(TestRule, store, clock, new_id)
    follow_rules = providers.Singleton(FollowRules, domain, clock, new_id)
    arrange_sla_policies = providers.Singleton(
        Arrange[SlaPolicy], store, clock, new_id, SlaPolicy, lambda work: work.sla_policies, check_sla_policy
    )
    tell_breach = providers.Singleton(TellBreach, store, clock, new_id)
    arrange_views = providers.Singleton(
        Arrange[SavedView], store, clock, new_id, SavedView, lambda work: work.saved_views, check_saved_view
    )
    block_sender = providers.Singleton(BlockSender, store, clock, new_id)
    unblock_sender = providers.Singleton(UnblockSender, store, clock, new_id)
    suppress_address = providers.Singleton(SuppressAddress, store, clock, new_id)
    release_address = providers.Singleton(ReleaseAddress, store, clock, new_id)

    # Files
    upload_file = providers.Singleton(
        UploadFile, store, blobs, providers.Object(factories.sniff), clock, new_id
    )
    discard_file = providers.Singleton(DiscardFile, store, clock, new_id)
    link_file = providers.Singleton(LinkFile, store, blobs, file_links, clock)
    open_file = providers.Singleton(OpenFile, store, blobs, file_links, clock)
    forget_blobs = providers.Singleton(ForgetBlobs, store, blobs, clock, new_id)
    sweep = providers.Singleton(factories.sweep, store, settings, clock, new_id)

    # Widgets
    country_of = providers.Object(country_of)
    presence = providers.Singleton(Presence, live.provided.wake)
    find_widget = providers.Singleton(FindWidget, store)
    find_visitor = providers.Singleton(FindVisitor, store, clock)
    begin_chat = providers.Singleton(BeginChat, store, vault, clock, new_id, new_token)
    send_in_widget = providers.Singleton(SendInWidget, store, clock, new_id)
    read_in_widget = providers.Singleton(ReadInWidget, store, clock)
    see_in_widget = providers.Singleton(SeeInWidget, store, clock, new_id)
    submit_contact_form = providers.Singleton(SubmitContactForm, store, domain, clock, new_id)
    mail_unseen_answer = providers.Singleton(MailUnseenAnswer, store, clock, new_id)

    # Webhooks of our own
    arrange_webhook_endpoints = providers.Singleton(
        factories.arrange_endpoints, store, webhook_calls, clock, new_id
    )
    set_up_endpoint = providers.Singleton(SetUpEndpoint, arrange_webhook_endpoints, vault, new_token)
    rotate_secret = providers.Singleton(RotateSecret, arrange_webhook_endpoints, vault, new_token)
    test_endpoint = providers.Singleton(TestEndpoint, store, clock, new_id)
    redeliver = providers.Singleton(Redeliver, store, clock, new_id)
    redeliver_range = providers.Singleton(RedeliverRange, store, clock, new_id)
    redeliver_webhooks = providers.Singleton(RedeliverWebhooks, store, clock, new_id)
    deliver_webhook = providers.Singleton(DeliverWebhook, store, webhook_calls, vault, clock, new_id, jitter)
    tell_endpoints = providers.Singleton(TellEndpoints, clock, new_id)
