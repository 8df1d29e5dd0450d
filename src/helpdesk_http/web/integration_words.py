"""What the page of the outside accounts says: names of providers and marketplaces, settings, why one came back."""

from collections.abc import Mapping
from typing import Final

PROVIDERS: Final[Mapping[str, str]] = {
    "amazon": "Amazon",
    "dialpad": "Dialpad",
    "freshdesk": "Freshdesk",
    "imap": "Mailbox",
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
    "access_denied": "You, or whoever owns the account, said no there.",
    "bad_signature": "What came back does not bear the provider's signature. Is the secret in the desk's settings "
    "that of the same application?",
    "connected_elsewhere": "Another organization of this desk has connected that account.",
    "exchange_failed": "The provider could not be asked for its token just now. Try again in a minute.",
    "exchange_refused": "The provider did not give a token. Try again; if it stays, compare the application's id and "
    "secret in the desk's settings with those at the provider.",
    "no_account": "The provider did not say which account it is.",
    "no_numbers": "The WhatsApp Business accounts that you let the desk into have no number.",
    "no_pages": "There is no page among what you let the desk into of which you may answer messages.",
    "not_staff": "You are no agent and no admin of that Zendesk.",
    "not_subscribed": "The provider does not send the desk what is written to that account. Is the webhook set up in "
    "the application, and was everything agreed to that is asked for?",
    "other_application": "What came back is for another application than the desk's.",
    "token_rotation": "Tokens of the Slack application run out after twelve hours. Turn token rotation off for it.",
    "too_many_accounts": "You let the desk into more accounts than it can connect at once.",
    "no_code": "The provider sent nothing that a token could be had for.",
    "not_logged_in": "You were logged out on the way, or are no admin. Log in as an admin and begin again.",
    "other_account": "You agreed for another account than the one that you named here.",
    "other_session": "It was begun in another browser, or by somebody else. Begin again here.",
    "refused_there": "The provider declined.",
    "repeated_parameter": "What came back says one thing twice, which no provider does.",
    "too_many_parameters": "What came back says more than any provider does.",
    "scope_missing": "The account does not let the desk read all that it needs. Agree to everything that is asked for.",
    "unknown_state": "It was not begun here, or more than ten minutes ago, or has come back before. Begin again.",
}
"""By the code that a return from a provider ends with, what happened; nothing was connected."""

OTHERWISE: Final = "Something unexpected came back."
"""Of a code that nobody knows."""

BY_HAND: Final[Mapping[str, tuple[str, str]]] = {
    "sms": ("Number", "Such as +14155550142, the number that your customers write to"),
    "dialpad": ("Line", "Its number, such as +14155550142, or the id of a department or call centre"),
}
"""Providers whose accounts are connected by filling in a form: what names an account there, and how it looks."""

FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "vendor": ("Carrier", "Who carries the number; empty: Twilio, or as it is"),
    "tickets_for_calls": ("Tickets of calls", "When a call becomes a ticket; empty: as usual, or as it is"),
    "account_sid": ("Account SID", "With Twilio, where it is another account than the desk's own"),
    "api_key": ("API key", "With it the desk answers in this account's name"),
    "api_secret": ("API secret", "Belongs to the key, where the provider gives one"),
}
"""By the name of a setting or a secret, what a form calls it, and what it is."""

CHOICES: Final[Mapping[str, str]] = {
    "twilio": "Twilio",
    "telnyx": "Telnyx",
    "vonage": "Vonage",
    "messagebird": "MessageBird",
    "ring": "As soon as it rings",
    "answer": "When somebody takes it",
    "end": "When it is over",
    "missed": "When it is over and nobody took it",
}
"""By a value of a setting that takes no others, what a form calls it."""

MARKETPLACES: Final[Mapping[str, str]] = {
    "A39IBJ37TRP1C6": "Australia",
    "AMEN7PMS3EDWL": "Belgium",
    "A2Q3Y263D00KWC": "Brazil",
    "A2EUQ1WTGCTBG2": "Canada",
    "ARBP9OOSHTCHU": "Egypt",
    "A13V1IB3VIYZZH": "France",
    "A1PA6795UKMFR9": "Germany",
    "A21TJRUUN4KGV": "India",
    "A28R8C7NBKEWEA": "Ireland",
    "APJ6JRA9NG5V4": "Italy",
    "A1VC38T7YXB528": "Japan",
    "A1AM78C64UM0Y8": "Mexico",
    "A1805IZSGTT6HS": "Netherlands",
    "A1C3SOZRARQ6R3": "Poland",
    "A17E79C6D8DWNP": "Saudi Arabia",
    "A19VAU5U5O7RUS": "Singapore",
    "AE08WJ6YKNBMC": "South Africa",
    "A1RKKUPIHCS9HS": "Spain",
    "A2NODRKZP88ZB9": "Sweden",
    "A33AVAJ2PDY3EV": "Turkey",
    "A2VIGQ35RCS4UG": "United Arab Emirates",
    "A1F83G8C2ARO7P": "United Kingdom",
    "ATVPDKIKX0DER": "United States",
}
"""Amazon's marketplaces by their ids, in the order in which they are offered."""
