"""All the repositories of one connection."""

from helpdesk_adapters.storage.sql import (
    arrangements,
    articles,
    budgets,
    commerce,
    conversations,
    customers,
    deliveries,
    facts,
    figures,
    following,
    imports,
    inbox,
    installs,
    jobs,
    knowledge,
    log,
    messaging,
    people,
    privacy,
    privacy_requests,
    quarantine,
    staff,
    suggestions,
    suppression,
    threads,
    tickets,
    widget,
)
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.imports.mappings import ImportMapping
from helpdesk_core.macros import Macro
from helpdesk_core.rules import Rule
from helpdesk_core.saved_views import SavedView
from helpdesk_core.sla import SlaPolicy
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.widget import Widget


class SqlView:
    """What can be read."""

    def __init__(self, db: Connection) -> None:
        self.organizations = people.OrganizationReads(db)
        self.users = people.UserReads(db)
        self.sessions = people.SessionReads(db)
        self.api_keys = people.ApiKeyReads(db)
        self.customers = customers.CustomerReads(db)
        self.tickets = tickets.TicketReads(db)
        self.threads = threads.ThreadReads(db)
        self.conversations = conversations.ConversationReads(db)
        self.attachments = conversations.AttachmentReads(db)
        self.belongings = privacy.BelongingReads(db)
        self.erasures = privacy.ErasureReads(db)
        self.ratings = privacy.RatingReads(db)
        self.blocked_senders = inbox.BlockedSenderReads(db)
        self.suppressed_addresses = suppression.SuppressedAddressReads(db)
        self.quarantine = quarantine.QuarantineReads(db)
        self.budgets = budgets.BudgetReads(db)
        self.integrations = inbox.IntegrationReads(db)
        self.inbox = inbox.InboxReads(db)
        self.jobs = jobs.JobReads(db)
        self.facts = facts.FactReads(db)
        self.figures = figures.FigureReads(db)
        self.articles = articles.ArticleReads(db)
        self.log = log.LogReads(db)
        self.log_places = following.LogPlaceReads(db)
        self.kept_answers = following.KeptAnswerReads(db)
        self.teams = arrangements.ArrangementReads(db, Team)
        self.widgets = arrangements.ArrangementReads(db, Widget)
        self.tags = arrangements.ArrangementReads(db, Tag)
        self.custom_fields = arrangements.ArrangementReads(db, CustomField)
        self.macros = arrangements.ArrangementReads(db, Macro)
        self.rules = arrangements.ArrangementReads(db, Rule)
        self.sla_policies = arrangements.ArrangementReads(db, SlaPolicy)
        self.saved_views = arrangements.ArrangementReads(db, SavedView)
        self.import_mappings = arrangements.ArrangementReads(db, ImportMapping)
        self.webhook_endpoints = arrangements.ArrangementReads(db, WebhookEndpoint)
        self.deliveries = deliveries.DeliveryReads(db)
        self.widget_sessions = widget.WidgetSessionReads(db)
        self.submissions = widget.SubmissionReads(db)
        self.records = commerce.RecordReads(db)
        self.orders = commerce.OrderReads(db)
        self.shop_customers = commerce.ShopCustomerReads(db)
        self.privacy_requests = privacy_requests.PrivacyRequestReads(db)
        self.correspondences = messaging.CorrespondenceReads(db)
        self.imports = imports.ImportReads(db)
        self.references = imports.ReferenceReads(db)
        self.provider_messages = messaging.ProviderMessageReads(db)
        self.user_links = staff.UserLinkReads(db)
        self.second_factors = staff.SecondFactorReads(db)
        self.user_settings = staff.UserSettingsReads(db)
        self.people_settings = staff.PeopleSettingsReads(db)
        self.notifications = staff.NotificationReads(db)
        self.passages = knowledge.PassageReads(db)
        self.suggestions = suggestions.SuggestionReads(db)


class SqlWork:
    """What can be read and written."""

    def __init__(self, db: Connection) -> None:
        self.organizations = people.Organizations(db)
        self.users = people.Users(db)
        self.sessions = people.Sessions(db)
        self.api_keys = people.ApiKeys(db)
        self.log_in_attempts = people.LogInAttempts(db)
        self.customers = customers.Customers(db)
        self.tickets = tickets.Tickets(db)
        self.threads = threads.Threads(db)
        self.conversations = conversations.Conversations(db)
        self.attachments = conversations.Attachments(db)
        self.belongings = privacy.Belongings(db)
        self.erasures = privacy.Erasures(db)
        self.ratings = privacy.Ratings(db)
        self.blocked_senders = inbox.BlockedSenders(db)
        self.suppressed_addresses = suppression.SuppressedAddresses(db)
        self.quarantine = quarantine.Quarantine(db)
        self.budgets = budgets.Budgets(db)
        self.integrations = inbox.Integrations(db)
        self.inbox = inbox.Inbox(db)
        self.jobs = jobs.Jobs(db)
        self.facts = facts.Facts(db)
        self.figures = figures.Figures(db)
        self.articles = articles.Articles(db)
        self.log = log.Log(db)
        self.log_places = following.LogPlaces(db)
        self.kept_answers = following.KeptAnswers(db)
        self.teams = arrangements.Arrangements(db, Team)
        self.widgets = arrangements.Arrangements(db, Widget)
        self.tags = arrangements.Arrangements(db, Tag)
        self.custom_fields = arrangements.Arrangements(db, CustomField)
        self.macros = arrangements.Arrangements(db, Macro)
        self.rules = arrangements.Arrangements(db, Rule)
        self.sla_policies = arrangements.Arrangements(db, SlaPolicy)
        self.saved_views = arrangements.Arrangements(db, SavedView)
        self.import_mappings = arrangements.Arrangements(db, ImportMapping)
        self.webhook_endpoints = arrangements.Arrangements(db, WebhookEndpoint)
        self.deliveries = deliveries.Deliveries(db)
        self.widget_sessions = widget.WidgetSessions(db)
        self.submissions = widget.Submissions(db)
        self.installs = installs.Installs(db)
        self.records = commerce.Records(db)
        self.orders = commerce.Orders(db)
        self.shop_customers = commerce.ShopCustomers(db)
        self.privacy_requests = privacy_requests.PrivacyRequests(db)
        self.correspondences = messaging.Correspondences(db)
        self.imports = imports.Imports(db)
        self.references = imports.References(db)
        self.provider_messages = messaging.ProviderMessages(db)
        self.user_links = staff.UserLinks(db)
        self.second_factors = staff.SecondFactors(db)
        self.user_settings = staff.UsersSettings(db)
        self.people_settings = staff.PeoplesSettings(db)
        self.notifications = staff.Notifications(db)
        self.passages = knowledge.Passages(db)
        self.suggestions = suggestions.Suggestions(db)
