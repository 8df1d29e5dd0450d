"""What the page of the outside accounts says: names of providers and marketplaces, settings, why one came back."""

from collections.abc import Mapping
from typing import Final

from helpdesk_http.web.tongues import Ours as _

PROVIDERS: Final[Mapping[str, str]] = {
    "amazon": "Amazon",
    "dialpad": "Dialpad",
    "freshdesk": "Freshdesk",
    "imap": _("Mailbox"),
    "messenger": "Messenger",
    "resend": "Resend",
    "shopify": "Shopify",
    "slack": "Slack",
    "sms": "SMS",
    "stripe": "Stripe",
    "stripe-connect": "Stripe Connect",
    "whatsapp": "WhatsApp",
    "zendesk": "Zendesk",
}

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "shopify": ("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET"),
    "amazon": ("AMAZON_APPLICATION_ID", "AMAZON_CLIENT_ID", "AMAZON_CLIENT_SECRET"),
    "stripe-connect": ("STRIPE_CONNECT_CLIENT_ID", "STRIPE_SECRET_KEY"),
    "slack": ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
    "whatsapp": ("WHATSAPP_APP_ID", "WHATSAPP_APP_SECRET"),
    "messenger": ("MESSENGER_APP_ID", "MESSENGER_APP_SECRET"),
    "zendesk": ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET"),
}
"""The settings without which nobody can be sent to a provider."""

REFUSED: Final[Mapping[str, str]] = {
    "access_denied": _("You, or whoever owns the account, said no there."),
    "bad_signature": _(
        "What came back does not bear the provider's signature. Is the secret in the desk's settings "
        "that of the same application?"
    ),
    "connected_elsewhere": _("Another organization of this desk has connected that account."),
    "exchange_failed": _("The provider could not be asked for its token just now. Try again in a minute."),
    "exchange_refused": _(
        "The provider did not give a token. Try again; if it stays, compare the application's id and "
        "secret in the desk's settings with those at the provider."
    ),
    "no_account": _("The provider did not say which account it is."),
    "no_numbers": _("The WhatsApp Business accounts that you let the desk into have no number."),
    "no_pages": _("There is no page among what you let the desk into of which you may answer messages."),
    "not_staff": _("You are no agent and no admin of that Zendesk."),
    "not_subscribed": _(
        "The provider does not send the desk what is written to that account. Is the webhook set up in "
        "the application, and was everything agreed to that is asked for?"
    ),
    "other_application": _("What came back is for another application than the desk's."),
    "token_rotation": _(
        "Tokens of the Slack application run out after twelve hours. Turn token rotation off for it."
    ),
    "too_many_accounts": _("You let the desk into more accounts than it can connect at once."),
    "no_code": _("The provider sent nothing that a token could be had for."),
    "not_logged_in": _(
        "You were logged out on the way, or are no admin. Log in as an admin and begin again."
    ),
    "other_account": _("You agreed for another account than the one that you named here."),
    "other_session": _("It was begun in another browser, or by somebody else. Begin again here."),
    "refused_there": _("The provider declined."),
    "repeated_parameter": _("What came back says one thing twice, which no provider does."),
    "too_many_parameters": _("What came back says more than any provider does."),
    "scope_missing": _(
        "The account does not let the desk read all that it needs. Agree to everything that is asked for."
    ),
    "unknown_state": _(
        "It was not begun here, or more than ten minutes ago, or has come back before. Begin again."
    ),
}
"""By the code that a return from a provider ends with, what happened; nothing was connected."""

OTHERWISE: Final = _("Something unexpected came back.")
"""Of a code that nobody knows."""

BY_HAND: Final[Mapping[str, tuple[str, str]]] = {
    "sms": (_("Number"), _("Such as +14155550142, the number that your customers write to")),
    "dialpad": (_("Line"), _("Its number, such as +14155550142, or the id of a department or call centre")),
}
"""Providers whose accounts are connected by filling in a form: what names an account there, and how it looks."""

FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "vendor": (_("Carrier"), _("Who carries the number; empty: Twilio, or as it is")),
    "tickets_for_calls": (
        _("Tickets of calls"),
        _("When a call becomes a ticket; empty: as usual, or as it is"),
    ),
    "account_sid": (_("Account SID"), _("With Twilio, where it is another account than the desk's own")),
    "api_key": (_("API key"), _("With it the desk answers in this account's name")),
    "api_secret": (_("API secret"), _("Belongs to the key, where the provider gives one")),
}
"""By the name of a setting or a secret, what a form calls it, and what it is."""

CHOICES: Final[Mapping[str, str]] = {
    "twilio": "Twilio",
    "telnyx": "Telnyx",
    "vonage": "Vonage",
    "messagebird": "MessageBird",
    "ring": _("As soon as it rings"),
    "answer": _("When somebody takes it"),
    "end": _("When it is over"),
    "missed": _("When it is over and nobody took it"),
}
"""By a value of a setting that takes no others, what a form calls it."""

MARKETPLACES: Final[Mapping[str, str]] = {
    "A39IBJ37TRP1C6": _("Australia"),
    "AMEN7PMS3EDWL": _("Belgium"),
    "A2Q3Y263D00KWC": _("Brazil"),
    "A2EUQ1WTGCTBG2": _("Canada"),
    "ARBP9OOSHTCHU": _("Egypt"),
    "A13V1IB3VIYZZH": _("France"),
    "A1PA6795UKMFR9": _("Germany"),
    "A21TJRUUN4KGV": _("India"),
    "A28R8C7NBKEWEA": _("Ireland"),
    "APJ6JRA9NG5V4": _("Italy"),
    "A1VC38T7YXB528": _("Japan"),
    "A1AM78C64UM0Y8": _("Mexico"),
    "A1805IZSGTT6HS": _("Netherlands"),
    "A1C3SOZRARQ6R3": _("Poland"),
    "A17E79C6D8DWNP": _("Saudi Arabia"),
    "A19VAU5U5O7RUS": _("Singapore"),
    "AE08WJ6YKNBMC": _("South Africa"),
    "A1RKKUPIHCS9HS": _("Spain"),
    "A2NODRKZP88ZB9": _("Sweden"),
    "A33AVAJ2PDY3EV": _("Turkey"),
    "A2VIGQ35RCS4UG": _("United Arab Emirates"),
    "A1F83G8C2ARO7P": _("United Kingdom"),
    "ATVPDKIKX0DER": _("United States"),
}
"""Amazon's marketplaces by their ids, in the order in which they are offered."""
