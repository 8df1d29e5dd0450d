"""Rows: the tables, one class each, without methods. `mapping` turns them into nouns and back.

Every table of a tenant's things has `organization_id`. Tables whose rows are searched have a small integer `pk`
besides their `id`, by which the full-text index knows them. What lists need stands before long texts.
"""

from helpdesk_adapters.storage.sql.rows.arrangements import ArrangementRow, ArticleRow, RatingRow
from helpdesk_adapters.storage.sql.rows.base import Row, table
from helpdesk_adapters.storage.sql.rows.commerce import (
    InstallRow,
    OrderRow,
    PrivacyRequestRow,
    RecordRow,
    ShopCustomerRow,
)
from helpdesk_adapters.storage.sql.rows.following import (
    DailyFigureRow,
    DeliveryRow,
    KeptAnswerRow,
    LogPlaceRow,
)
from helpdesk_adapters.storage.sql.rows.imports import ImportProblemRow, ImportRow, ReferenceRow
from helpdesk_adapters.storage.sql.rows.knowledge import (
    KnowledgeCounterRow,
    PassageRow,
    PassageVectorRow,
    SuggestionRow,
)
from helpdesk_adapters.storage.sql.rows.machinery import JobRow, LogRow, MetaRow, WebhookEventRow
from helpdesk_adapters.storage.sql.rows.mail import (
    BudgetRow,
    QuarantinedFileRow,
    QuarantinedMailRow,
    SuppressedAddressRow,
)
from helpdesk_adapters.storage.sql.rows.messaging import CorrespondenceRow, ProviderMessageRow
from helpdesk_adapters.storage.sql.rows.people import (
    ApiKeyRow,
    BlockedSenderRow,
    CounterRow,
    CustomerContactRow,
    CustomerRow,
    CustomerWordRow,
    ErasureRow,
    IntegrationRow,
    LogInAttemptRow,
    OrganizationRow,
    SessionRow,
    UserRow,
)
from helpdesk_adapters.storage.sql.rows.staff import (
    NotificationRow,
    PeopleSettingsRow,
    SecondFactorRow,
    UserLinkRow,
    UserSettingsRow,
)
from helpdesk_adapters.storage.sql.rows.tickets import (
    AttachmentRow,
    ConversationRow,
    MessageMentionRow,
    TicketParticipantRow,
    TicketRow,
    TicketTagRow,
)
from helpdesk_adapters.storage.sql.rows.widget import SubmissionRow, WidgetSessionRow

METADATA = Row.metadata

__all__ = [
    "METADATA",
    "ApiKeyRow",
    "ArrangementRow",
    "ArticleRow",
    "AttachmentRow",
    "BlockedSenderRow",
    "BudgetRow",
    "ConversationRow",
    "CorrespondenceRow",
    "CounterRow",
    "CustomerContactRow",
    "CustomerRow",
    "CustomerWordRow",
    "DailyFigureRow",
    "DeliveryRow",
    "ErasureRow",
    "ImportProblemRow",
    "ImportRow",
    "InstallRow",
    "IntegrationRow",
    "JobRow",
    "KeptAnswerRow",
    "KnowledgeCounterRow",
    "LogInAttemptRow",
    "LogPlaceRow",
    "LogRow",
    "MessageMentionRow",
    "MetaRow",
    "NotificationRow",
    "OrderRow",
    "OrganizationRow",
    "PassageRow",
    "PassageVectorRow",
    "PeopleSettingsRow",
    "PrivacyRequestRow",
    "ProviderMessageRow",
    "QuarantinedFileRow",
    "QuarantinedMailRow",
    "RatingRow",
    "RecordRow",
    "ReferenceRow",
    "SecondFactorRow",
    "SessionRow",
    "ShopCustomerRow",
    "SubmissionRow",
    "SuggestionRow",
    "SuppressedAddressRow",
    "TicketParticipantRow",
    "TicketRow",
    "TicketTagRow",
    "UserLinkRow",
    "UserRow",
    "UserSettingsRow",
    "WebhookEventRow",
    "WidgetSessionRow",
    "table",
]
