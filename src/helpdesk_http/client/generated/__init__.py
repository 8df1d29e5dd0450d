"""Every operation of the API, by family.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from helpdesk_http.client.calls import Calls
from helpdesk_http.client.generated.api_keys import ApiKeys
from helpdesk_http.client.generated.articles import Articles
from helpdesk_http.client.generated.audit_log import AuditLog
from helpdesk_http.client.generated.billing import Billing
from helpdesk_http.client.generated.blocked_senders import BlockedSenders
from helpdesk_http.client.generated.connecting import Connecting
from helpdesk_http.client.generated.conversations import Conversations
from helpdesk_http.client.generated.cron import Cron
from helpdesk_http.client.generated.custom_fields import CustomFields
from helpdesk_http.client.generated.customers import Customers
from helpdesk_http.client.generated.events import Events
from helpdesk_http.client.generated.files import Files
from helpdesk_http.client.generated.health import Health
from helpdesk_http.client.generated.imports import Imports
from helpdesk_http.client.generated.integrations import Integrations
from helpdesk_http.client.generated.knowledge import Knowledge
from helpdesk_http.client.generated.log_in import LogIn
from helpdesk_http.client.generated.macros import Macros
from helpdesk_http.client.generated.mail_settings import MailSettings
from helpdesk_http.client.generated.metrics import Metrics
from helpdesk_http.client.generated.orders import Orders
from helpdesk_http.client.generated.organization import Organization
from helpdesk_http.client.generated.people_settings import PeopleSettings
from helpdesk_http.client.generated.privacy_requests import PrivacyRequests
from helpdesk_http.client.generated.quarantine import Quarantine
from helpdesk_http.client.generated.rules import Rules
from helpdesk_http.client.generated.satisfaction import Satisfaction
from helpdesk_http.client.generated.search import Search
from helpdesk_http.client.generated.shopify import Shopify
from helpdesk_http.client.generated.sla_policies import SlaPolicies
from helpdesk_http.client.generated.suggestions import Suggestions
from helpdesk_http.client.generated.suppressed_addresses import SuppressedAddresses
from helpdesk_http.client.generated.tags import Tags
from helpdesk_http.client.generated.teams import Teams
from helpdesk_http.client.generated.tickets import Tickets
from helpdesk_http.client.generated.users import Users
from helpdesk_http.client.generated.views import Views
from helpdesk_http.client.generated.webhook_endpoints import WebhookEndpoints
from helpdesk_http.client.generated.webhook_events import WebhookEvents
from helpdesk_http.client.generated.webhooks import Webhooks
from helpdesk_http.client.generated.widget import Widget
from helpdesk_http.client.generated.widgets import Widgets


class Groups:
    """The families of operations."""

    def __init__(self, calls: Calls) -> None:
        self.tickets = Tickets(calls)
        self.conversations = Conversations(calls)
        self.suggestions = Suggestions(calls)
        self.knowledge = Knowledge(calls)
        self.macros = Macros(calls)
        self.rules = Rules(calls)
        self.sla_policies = SlaPolicies(calls)
        self.views = Views(calls)
        self.tags = Tags(calls)
        self.custom_fields = CustomFields(calls)
        self.customers = Customers(calls)
        self.privacy_requests = PrivacyRequests(calls)
        self.imports = Imports(calls)
        self.satisfaction = Satisfaction(calls)
        self.users = Users(calls)
        self.api_keys = ApiKeys(calls)
        self.integrations = Integrations(calls)
        self.connecting = Connecting(calls)
        self.shopify = Shopify(calls)
        self.organization = Organization(calls)
        self.mail_settings = MailSettings(calls)
        self.people_settings = PeopleSettings(calls)
        self.quarantine = Quarantine(calls)
        self.widgets = Widgets(calls)
        self.teams = Teams(calls)
        self.articles = Articles(calls)
        self.search = Search(calls)
        self.metrics = Metrics(calls)
        self.blocked_senders = BlockedSenders(calls)
        self.suppressed_addresses = SuppressedAddresses(calls)
        self.orders = Orders(calls)
        self.billing = Billing(calls)
        self.webhook_events = WebhookEvents(calls)
        self.events = Events(calls)
        self.webhook_endpoints = WebhookEndpoints(calls)
        self.audit_log = AuditLog(calls)
        self.files = Files(calls)
        self.widget = Widget(calls)
        self.log_in = LogIn(calls)
        self.health = Health(calls)
        self.webhooks = Webhooks(calls)
        self.cron = Cron(calls)
