"""The registry: every provider whose webhooks are understood, and every kind of account that can be
connected.

A provider is one line in each table; all else about it is in its folder: the guide in `guide.md`, and for
every event an example of it with what it means in `examples/`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.resources import files

from attrs import frozen

from helpdesk_adapters.commerce import amazon, shopify
from helpdesk_adapters.email import imap, resend
from helpdesk_adapters.messaging import dialpad, levy_fleets, messenger, slack, whatsapp
from helpdesk_adapters.messaging.numbers import normal_line, normal_number
from helpdesk_adapters.messaging.sms import messagebird, telnyx, twilio, vonage
from helpdesk_adapters.messaging.sms import parts as sms_parts
from helpdesk_adapters.payments import stripe, stripe_connect
from helpdesk_adapters.settings import Settings
from helpdesk_core.calls import TicketsFor
from helpdesk_core.errors import MissingSetting
from helpdesk_core.use_cases.accounts.connect_integration import AccountKind
from helpdesk_core.webhooks import Delivery, WebhookProvider

Sign = Callable[[Delivery, str, datetime, str], Delivery]
"""A delivery as the provider would send it: signed with the secret, now, under a delivery id of the caller's.
"""
Renew = Callable[[bytes, str, datetime], bytes]
"""The body of an example as if it had happened now, under another id, where the body itself says so."""


@frozen
class Entry:
    """A provider in the registry: its webhooks, how they are signed, and its folder as a package.

    `headers_of` are those that name the event beside the body, `path_of` the path of its own that an event has,
    `prepare` makes what a trial is signed with, where that is not what the setting holds.
    """

    webhooks: WebhookProvider
    sign: Sign
    folder: str
    renew: Renew = lambda body, id, now: body
    headers_of: Callable[[str], Mapping[str, str]] = lambda event: {}
    path_of: Callable[[str], str | None] = lambda event: None
    prepare: Callable[[Settings], str] | None = None
    kind: str = "json"
    """How the files of its examples end,"""
    forms: frozenset[str] = frozenset()
    """but for those of these events, which end as forms do."""

    def delivery(self, event: str, base: str = "https://desk.example", body: bytes | None = None) -> Delivery:
        """The example of this event, or another body of it, as it would be posted; not signed yet."""
        path = self.path_of(event) or self.webhooks.paths[0]
        return Delivery(self.headers_of(event), self.example(event) if body is None else body, base + path)

    def secret(self, settings: Settings) -> str:
        """What a trial is signed with, for a desk of these settings; MissingSetting where it proves nothing."""
        if self.prepare is not None:
            return self.prepare(settings)
        secrets = settings.secrets_of(self.webhooks.secret_setting)
        if not any(secrets):
            raise MissingSetting(self.webhooks.secret_setting, "set it to what the running desk has")
        return secrets[0]

    def example(self, event: str) -> bytes:
        """The body of an example of this event; KeyError where there is none."""
        return self._file(event, "")

    def becomes(self, event: str) -> bytes:
        """The commands that the example means, as JSON."""
        return self._file(event, ".becomes")

    def guide(self) -> str:
        """How an operator connects it, in Markdown."""
        return files(self.folder).joinpath("guide.md").read_text("utf-8")

    def kind_of(self, event: str) -> str:
        """How the file of this event's example ends."""
        return "form" if event in self.forms else self.kind

    def _file(self, event: str, suffix: str) -> bytes:
        ending = f"{suffix}.json" if suffix else f".{self.kind_of(event)}"
        name = event.replace(".", "_").replace("/", "_") + ending
        try:
            return files(self.folder).joinpath("examples", name).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(event) from error


REGISTRY: Mapping[str, Entry] = {
    entry.webhooks.key: entry
    for entry in (
        Entry(amazon.AMAZON, amazon.sign, amazon.__name__, amazon.renew, prepare=amazon.prepare),
        Entry(dialpad.DIALPAD, dialpad.sign, dialpad.__name__, dialpad.renew),
        Entry(resend.RESEND, resend.sign, resend.__name__),
        Entry(
            shopify.SHOPIFY,
            shopify.sign,
            shopify.__name__,
            shopify.renew,
            headers_of=shopify.headers_of,
            path_of=shopify.path_of,
        ),
        Entry(
            slack.SLACK,
            slack.sign,
            slack.__name__,
            slack.renew,
            headers_of=slack.headers_of,
            forms=slack.FORM_EVENTS,
        ),
        Entry(stripe.STRIPE, stripe.sign, stripe.__name__, stripe.renew),
        Entry(
            stripe_connect.STRIPE_CONNECT, stripe_connect.sign, stripe_connect.__name__, stripe_connect.renew
        ),
        Entry(messenger.MESSENGER, messenger.sign, messenger.__name__, messenger.renew),
        Entry(twilio.TWILIO, twilio.sign, twilio.__name__, twilio.renew, kind="form"),
        Entry(telnyx.TELNYX, telnyx.sign, telnyx.__name__, telnyx.renew, prepare=telnyx.prepare),
        Entry(
            messagebird.MESSAGEBIRD,
            messagebird.sign,
            messagebird.__name__,
            messagebird.renew,
            kind="form",
        ),
        Entry(vonage.VONAGE, vonage.sign, vonage.__name__, vonage.renew),
        Entry(whatsapp.WHATSAPP, whatsapp.sign, whatsapp.__name__, whatsapp.renew),
        Entry(imap.INBOUND_EMAIL, imap.sign, imap.__name__, imap.renew),
    )
}

KEYED: Mapping[str, Entry] = {
    entry.webhooks.key: entry
    for entry in (Entry(levy_fleets.LEVY_FLEETS, levy_fleets.sign, levy_fleets.__name__, levy_fleets.renew),)
}
"""Those who send a key along in place of a signature: it proves who they are, and nothing of what they say."""

PROVIDERS: Mapping[str, WebhookProvider] = {
    name: entry.webhooks for name, entry in {**REGISTRY, **KEYED}.items()
}

ACCOUNT_KINDS: Mapping[str, AccountKind] = {
    kind.provider: kind
    for kind in (
        AccountKind("stripe", lower_case_ids=False),
        AccountKind(
            "stripe-connect",
            settings=frozenset({"livemode"}),
            secrets=frozenset({"access_token"}),
            lower_case_ids=False,
        ),
        AccountKind(
            "shopify",
            settings=frozenset({"create_tickets_for_orders", "token_expires_at"}),
            secrets=frozenset({"access_token", "refresh_token"}),
        ),
        AccountKind(
            "amazon",
            settings=frozenset({"marketplace"}),
            secrets=frozenset({"refresh_token"}),
            lower_case_ids=False,
        ),
        AccountKind("resend"),
        AccountKind(
            "imap",
            settings=frozenset(
                {"host", "port", "security", "username", "folder", "since", "ca_certificate", "token_url"}
            ),
            secrets=frozenset({"password", "access_token", "refresh_token", "client_id", "client_secret"}),
        ),
        AccountKind(
            "sms",
            settings=frozenset({"vendor", "account_sid"}),
            secrets=frozenset({"api_key", "api_secret"}),
            normal=normal_number,
            choices={"vendor": sms_parts.SENDERS},
        ),
        AccountKind(
            "slack",
            settings=frozenset(
                {"bot_user_id", "channels", "bots", "notify_channel", "reply_prefix", "trust_emails"}
            ),
            secrets=frozenset({"bot_token"}),
            lower_case_ids=False,
        ),
        AccountKind("whatsapp", settings=frozenset({"waba_id"}), secrets=frozenset({"access_token"})),
        AccountKind(
            "messenger",
            settings=frozenset({"human_agent"}),
            secrets=frozenset({"access_token"}),
            lower_case_ids=False,
            choices={"human_agent": ("true", "false")},
        ),
        AccountKind(
            "dialpad",
            settings=frozenset({"tickets_for_calls"}),
            secrets=frozenset({"api_key"}),
            normal=normal_line,
            choices={"tickets_for_calls": tuple(TicketsFor)},
        ),
        AccountKind(
            "zendesk",
            settings=frozenset({"token_expires_at"}),
            secrets=frozenset({"access_token", "refresh_token"}),
        ),
        AccountKind("freshdesk", secrets=frozenset({"api_key"})),
    )
}
"""What an account of each provider takes when it is connected by hand; secrets are sealed before they are
kept.
"""
