"""What a unit of work can read and write, one small port a noun.

Every read names its organization first: a thing of another one is not found. `…Reads` can be had outside a unit too;
what `get` finds is None where there is nothing.
"""

from helpdesk_core.ports.repositories.arrangements import ArrangementReads, Arrangements
from helpdesk_core.ports.repositories.articles import ArticleFilter, ArticleReads, Articles
from helpdesk_core.ports.repositories.budgets import BudgetReads, Budgets
from helpdesk_core.ports.repositories.commerce import (
    OrderFilter,
    OrderReads,
    Orders,
    PrivacyRequestFilter,
    PrivacyRequestReads,
    PrivacyRequests,
    RecordReads,
    Records,
    ShopCustomerReads,
    ShopCustomers,
)
from helpdesk_core.ports.repositories.conversations import (
    AttachmentReads,
    Attachments,
    ConversationReads,
    Conversations,
)
from helpdesk_core.ports.repositories.customers import (
    BlockedSenderReads,
    BlockedSenders,
    CustomerFilter,
    CustomerReads,
    Customers,
)
from helpdesk_core.ports.repositories.deliveries import Deliveries, DeliveryFilter, DeliveryReads
from helpdesk_core.ports.repositories.figures import FigureReads, Figures
from helpdesk_core.ports.repositories.following import (
    KeptAnswerReads,
    KeptAnswers,
    LogPlaceReads,
    LogPlaces,
)
from helpdesk_core.ports.repositories.imports import ImportReads, Imports, ReferenceReads, References
from helpdesk_core.ports.repositories.installs import Installs
from helpdesk_core.ports.repositories.messaging import (
    CorrespondenceReads,
    Correspondences,
    ProviderMessageReads,
    ProviderMessages,
)
from helpdesk_core.ports.repositories.people import (
    ApiKeyReads,
    ApiKeys,
    LogInAttempts,
    OrganizationReads,
    Organizations,
    SessionReads,
    Sessions,
    UserReads,
    Users,
)
from helpdesk_core.ports.repositories.privacy import (
    BelongingReads,
    Belongings,
    ErasureReads,
    Erasures,
    RatingFilter,
    RatingReads,
    Ratings,
)
from helpdesk_core.ports.repositories.quarantine import Quarantine, QuarantineFilter, QuarantineReads
from helpdesk_core.ports.repositories.running import (
    AuditFilter,
    EventFilter,
    FactReads,
    Facts,
    Inbox,
    InboxReads,
    IntegrationReads,
    Integrations,
    JobFilter,
    JobReads,
    Jobs,
    Log,
    LogReads,
    LogSlice,
)
from helpdesk_core.ports.repositories.suppression import (
    SuppressedAddresses,
    SuppressedAddressReads,
)
from helpdesk_core.ports.repositories.tickets import (
    ThreadQuery,
    ThreadReads,
    Threads,
    TicketFilter,
    TicketReads,
    Tickets,
)
from helpdesk_core.ports.repositories.widget_sessions import (
    SubmissionReads,
    Submissions,
    WidgetSessionReads,
    WidgetSessions,
)

__all__ = [
    "ApiKeyReads",
    "ApiKeys",
    "ArrangementReads",
    "Arrangements",
    "ArticleFilter",
    "ArticleReads",
    "Articles",
    "AttachmentReads",
    "Attachments",
    "AuditFilter",
    "BelongingReads",
    "Belongings",
    "BlockedSenderReads",
    "BlockedSenders",
    "BudgetReads",
    "Budgets",
    "ConversationReads",
    "Conversations",
    "CorrespondenceReads",
    "Correspondences",
    "CustomerFilter",
    "CustomerReads",
    "Customers",
    "Deliveries",
    "DeliveryFilter",
    "DeliveryReads",
    "ErasureReads",
    "Erasures",
    "EventFilter",
    "FactReads",
    "Facts",
    "FigureReads",
    "Figures",
    "ImportReads",
    "Imports",
    "Inbox",
    "InboxReads",
    "Installs",
    "IntegrationReads",
    "Integrations",
    "JobFilter",
    "JobReads",
    "Jobs",
    "KeptAnswerReads",
    "KeptAnswers",
    "Log",
    "LogInAttempts",
    "LogPlaceReads",
    "LogPlaces",
    "LogReads",
    "LogSlice",
    "OrderFilter",
    "OrderReads",
    "Orders",
    "OrganizationReads",
    "Organizations",
    "PrivacyRequestFilter",
    "PrivacyRequestReads",
    "PrivacyRequests",
    "ProviderMessageReads",
    "ProviderMessages",
    "Quarantine",
    "QuarantineFilter",
    "QuarantineReads",
    "RatingFilter",
    "RatingReads",
    "Ratings",
    "RecordReads",
    "Records",
    "ReferenceReads",
    "References",
    "SessionReads",
    "Sessions",
    "ShopCustomerReads",
    "ShopCustomers",
    "SubmissionReads",
    "Submissions",
    "SuppressedAddressReads",
    "SuppressedAddresses",
    "ThreadQuery",
    "ThreadReads",
    "Threads",
    "TicketFilter",
    "TicketReads",
    "Tickets",
    "UserReads",
    "Users",
    "WidgetSessionReads",
    "WidgetSessions",
]
