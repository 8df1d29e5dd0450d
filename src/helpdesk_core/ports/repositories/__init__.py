"""What a unit of work can read and write, one small port a noun.

Every read names its organization first: a thing of another one is not found. `…Reads` can be had outside a unit too;
what `get` finds is None where there is nothing.
"""

from helpdesk_core.ports.repositories.arrangements import ArrangementReads, Arrangements
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
from helpdesk_core.ports.repositories.following import (
    KeptAnswerReads,
    KeptAnswers,
    LogPlaceReads,
    LogPlaces,
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
from helpdesk_core.ports.repositories.running import (
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
from helpdesk_core.ports.repositories.tickets import (
    ThreadQuery,
    ThreadReads,
    Threads,
    TicketFilter,
    TicketReads,
    Tickets,
)

__all__ = [
    "ApiKeyReads",
    "ApiKeys",
    "ArrangementReads",
    "Arrangements",
    "AttachmentReads",
    "Attachments",
    "BlockedSenderReads",
    "BlockedSenders",
    "ConversationReads",
    "Conversations",
    "CustomerFilter",
    "CustomerReads",
    "Customers",
    "EventFilter",
    "FactReads",
    "Facts",
    "Inbox",
    "InboxReads",
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
    "OrganizationReads",
    "Organizations",
    "SessionReads",
    "Sessions",
    "ThreadQuery",
    "ThreadReads",
    "Threads",
    "TicketFilter",
    "TicketReads",
    "Tickets",
    "UserReads",
    "Users",
]
