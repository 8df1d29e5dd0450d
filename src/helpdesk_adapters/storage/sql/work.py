"""All the repositories of one connection."""

from helpdesk_adapters.storage.sql import (
    arrangements,
    conversations,
    customers,
    facts,
    following,
    inbox,
    jobs,
    log,
    people,
    threads,
    tickets,
)
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team


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
        self.blocked_senders = inbox.BlockedSenderReads(db)
        self.integrations = inbox.IntegrationReads(db)
        self.inbox = inbox.InboxReads(db)
        self.jobs = jobs.JobReads(db)
        self.facts = facts.FactReads(db)
        self.log = log.LogReads(db)
        self.log_places = following.LogPlaceReads(db)
        self.kept_answers = following.KeptAnswerReads(db)
        self.teams = arrangements.ArrangementReads(db, Team)
        self.tags = arrangements.ArrangementReads(db, Tag)


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
        self.blocked_senders = inbox.BlockedSenders(db)
        self.integrations = inbox.Integrations(db)
        self.inbox = inbox.Inbox(db)
        self.jobs = jobs.Jobs(db)
        self.facts = facts.Facts(db)
        self.log = log.Log(db)
        self.log_places = following.LogPlaces(db)
        self.kept_answers = following.KeptAnswers(db)
        self.teams = arrangements.Arrangements(db, Team)
        self.tags = arrangements.Arrangements(db, Tag)
