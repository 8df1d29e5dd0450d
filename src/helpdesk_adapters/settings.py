"""Settings: the environment, read once into one frozen class.

Each setting stands here with its name, its default and its meaning; the reference page and `helpdesk doctor` are made
from this list. A `.env` file in the working folder is read too; the environment wins over it.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs import frozen

from helpdesk_adapters import setting_values as read
from helpdesk_adapters.provider_bases import PROVIDER_BASES
from helpdesk_adapters.setting_values import Network
from helpdesk_core.rate_limits import Rate


class BadSetting(Exception):
    """A setting is unknown or its value cannot be used; the message is one line and names it."""


def setting(
    name: str,
    meaning: str,
    default: Any = None,
    parse: Callable[[str], Any] = read.text,
    *,
    secret: bool = False,
) -> Any:
    """A field of Settings: the variable's name, what it means, and how its text is read."""
    metadata = {"name": name, "meaning": meaning, "parse": parse, "secret": secret}
    return attrs.field(default=default, repr=not secret, metadata=metadata)


def _secret(name: str, meaning: str) -> Any:
    return setting(name, meaning, (), read.texts, secret=True)


@frozen(kw_only=True)
class Settings:
    """Everything that can be configured. Every default works with no setting at all."""

    data_dir: Path = setting(
        "HELPDESK_DATA_DIR",
        "the embedded store: SQLite database, attachments, generated secret key",
        Path("helpdesk-data"),
        read.path,
    )
    database_url: str | None = setting(
        "HELPDESK_DATABASE_URL",
        "`sqlite:///…` or `postgresql://…`; unset: SQLite in the data folder",
        None,
        read.url("sqlite", "postgresql", "postgres"),
        secret=True,
    )
    redis_url: str | None = setting(
        "HELPDESK_REDIS_URL",
        "Redis, in which processes count the requests of a key together; unset: each counts its own",
        None,
        read.url("redis", "rediss", "unix"),
        secret=True,
    )
    storage_url: str | None = setting(
        "HELPDESK_STORAGE_URL",
        "`file:///…`, or `s3://bucket/prefix?endpoint=…&region=…` (needs the extra `s3`); unset: files in the data "
        "folder",
        None,
        read.url("file", "s3"),
        secret=True,
    )
    aws_access_key_id: str | None = setting(
        "AWS_ACCESS_KEY_ID", "key of the object storage; unset: the machine's own role"
    )
    aws_secret_access_key: str | None = setting(
        "AWS_SECRET_ACCESS_KEY", "belongs to it", None, read.text, secret=True
    )
    aws_session_token: str | None = setting(
        "AWS_SESSION_TOKEN", "belongs to a key that is lent", None, read.text, secret=True
    )
    aws_region: str | None = setting(
        "AWS_REGION", "region of the object storage, where its address names none; unset: `us-east-1`"
    )
    aws_endpoint_url: str | None = setting(
        "AWS_ENDPOINT_URL",
        "the object storage's address, where `HELPDESK_STORAGE_URL` names none; unset: Amazon's own",
        None,
        read.url("http", "https"),
    )
    public_url: str | None = setting(
        "HELPDESK_PUBLIC_URL",
        "outside address, for links and signature checks; unset: `http://127.0.0.1:<port>`",
        None,
        read.url("http", "https"),
    )
    secret_key: tuple[str, ...] = setting(
        "HELPDESK_SECRET_KEY",
        "signs cookies, URLs and tokens, encrypts stored credentials; several, comma-separated, rotate (the first "
        "signs); unset: generated once, kept in the data folder",
        (),
        read.texts,
        secret=True,
    )
    trusted_proxies: tuple[Network, ...] = setting(
        "HELPDESK_TRUSTED_PROXIES", "networks whose `X-Forwarded-*` headers are believed", (), read.networks
    )
    inbound_email_domain: str = setting(
        "HELPDESK_INBOUND_EMAIL_DOMAIN",
        "organizations receive mail as `<slug>@` and `<slug>+<token>@` this domain",
        "inbound.localhost",
        read.domain,
    )
    log_level: str = setting(
        "HELPDESK_LOG_LEVEL",
        "`debug`, `info`, `warning`, `error` or `critical`",
        "info",
        read.one_of("debug", "info", "warning", "error", "critical"),
    )
    log_format: Literal["console", "json"] = setting(
        "HELPDESK_LOG_FORMAT", "`console` or `json`", "console", read.one_of("console", "json")
    )
    cron_secret: tuple[str, ...] = _secret(
        "CRON_SECRET", "bearer token of `/api/cron/*`; unset: these answer 503"
    )
    inbound_email_secret: tuple[str, ...] = _secret(
        "HELPDESK_INBOUND_EMAIL_SECRET", "signs mail pushed to `/api/webhooks/inbound-email`; unset: 503"
    )
    stripe_secret_key: str | None = setting(
        "STRIPE_SECRET_KEY",
        "Stripe API key; asks what events leave out, and events of another mode than its own are ignored",
        None,
        read.text,
        secret=True,
    )
    stripe_webhook_secret: tuple[str, ...] = _secret("STRIPE_WEBHOOK_SECRET", "proves Stripe's webhooks")
    stripe_connect_webhook_secret: tuple[str, ...] = _secret(
        "STRIPE_CONNECT_WEBHOOK_SECRET", "proves Stripe Connect's webhooks"
    )
    stripe_connect_client_id: str | None = setting("STRIPE_CONNECT_CLIENT_ID", "Stripe Connect application")
    shopify_api_key: str | None = setting("SHOPIFY_API_KEY", "Shopify application")
    shopify_api_secret: tuple[str, ...] = _secret(
        "SHOPIFY_API_SECRET", "proves Shopify's webhooks and callbacks"
    )
    shopify_scopes: tuple[str, ...] = setting(
        "SHOPIFY_SCOPES", "access asked of shops", ("read_customers", "read_orders"), read.texts
    )
    amazon_client_id: str | None = setting("AMAZON_CLIENT_ID", "Login with Amazon client")
    amazon_client_secret: str | None = setting(
        "AMAZON_CLIENT_SECRET", "Login with Amazon secret", None, read.text, secret=True
    )
    amazon_application_id: str | None = setting("AMAZON_APPLICATION_ID", "Selling Partner application")
    amazon_sns_topic_arns: tuple[str, ...] = setting(
        "AMAZON_SNS_TOPIC_ARNS", "the only SNS topics that are believed", (), read.texts
    )
    sns_certificate_dir: Path | None = setting(
        "HELPDESK_SNS_CERTIFICATE_DIR",
        "fetched signing certificates; unset: in the data folder",
        None,
        read.path,
    )
    resend_api_key: str | None = setting(
        "RESEND_API_KEY",
        "fetches received mail and sends answers through Resend",
        None,
        read.text,
        secret=True,
    )
    resend_webhook_secret: tuple[str, ...] = _secret("RESEND_WEBHOOK_SECRET", "proves Resend's webhooks")
    twilio_account_sid: str | None = setting("TWILIO_ACCOUNT_SID", "Twilio account")
    twilio_auth_token: tuple[str, ...] = _secret("TWILIO_AUTH_TOKEN", "proves Twilio's webhooks")
    slack_signing_secret: tuple[str, ...] = _secret("SLACK_SIGNING_SECRET", "proves Slack's events")
    slack_client_id: str | None = setting("SLACK_CLIENT_ID", "Slack application")
    slack_client_secret: str | None = setting(
        "SLACK_CLIENT_SECRET", "Slack application", None, read.text, secret=True
    )
    whatsapp_app_id: str | None = setting("WHATSAPP_APP_ID", "WhatsApp application")
    whatsapp_app_secret: tuple[str, ...] = _secret("WHATSAPP_APP_SECRET", "proves WhatsApp's webhooks")
    whatsapp_verify_token: tuple[str, ...] = _secret("WHATSAPP_VERIFY_TOKEN", "answers WhatsApp's handshake")
    messenger_app_id: str | None = setting("MESSENGER_APP_ID", "Messenger application")
    messenger_app_secret: tuple[str, ...] = _secret("MESSENGER_APP_SECRET", "proves Messenger's webhooks")
    messenger_verify_token: tuple[str, ...] = _secret(
        "MESSENGER_VERIFY_TOKEN", "answers Messenger's handshake"
    )
    dialpad_webhook_secret: tuple[str, ...] = _secret("DIALPAD_WEBHOOK_SECRET", "proves Dialpad's events")
    zendesk_client_id: str | None = setting("ZENDESK_CLIENT_ID", "Zendesk application")
    zendesk_client_secret: str | None = setting(
        "ZENDESK_CLIENT_SECRET", "Zendesk application", None, read.text, secret=True
    )
    levy_fleets_api_key: tuple[str, ...] = _secret("LEVY_FLEETS_API_KEY", "key of the Levy Fleets backend")
    levy_fleets_organization: str | None = setting(
        "LEVY_FLEETS_ORGANIZATION", "slug of the organization its tickets go to"
    )
    smtp_url: str | None = setting(
        "SMTP_URL",
        "`smtp://user:pass@host:port?tls=starttls`; wins over Resend where both are set",
        None,
        read.mail_server,
        secret=True,
    )
    mail_from: str | None = setting(
        "HELPDESK_MAIL_FROM",
        "sender of outgoing mail, `<slug>` in it stands for the organization's; unset: `<slug>@` the inbound domain",
        None,
        read.sender,
    )
    trusted_authserv_ids: tuple[str, ...] = setting(
        "HELPDESK_TRUSTED_AUTHSERV_IDS", "servers whose `Authentication-Results` are proof", (), read.texts
    )
    check_signatures: str = setting(
        "HELPDESK_CHECK_SIGNATURES", "look at DKIM and SPF: `on` or `off`", "on", read.one_of("on", "off")
    )
    spam_score: float | None = setting(
        "HELPDESK_SPAM_SCORE", "spam score from which on mail is held; `0`: never", 5.0, read.score
    )
    sender_rate_limit: Rate | None = setting(
        "HELPDESK_SENDER_RATE_LIMIT",
        "mails of one sender; others wait; `0`: any",
        Rate(6000, 3600),
        read.rate,
    )
    outbound_allow_networks: tuple[Network, ...] = setting(
        "HELPDESK_OUTBOUND_ALLOW_NETWORKS",
        "private networks that outgoing requests may reach",
        (),
        read.networks,
    )
    api_rate_limit: Rate | None = setting(
        "HELPDESK_API_RATE_LIMIT", "requests a key may make; `0`: no limit", Rate(6000, 60), read.rate
    )
    widget_rate_limit: Rate | None = setting(
        "HELPDESK_WIDGET_RATE_LIMIT",
        "requests a widget session may make; `0`: no limit",
        Rate(300, 60),
        read.rate,
    )
    login_rate_limit: Rate | None = setting(
        "HELPDESK_LOGIN_RATE_LIMIT", "failed log-ins of an account; `0`: no limit", Rate(20, 300), read.rate
    )
    telnyx_public_key: tuple[str, ...] = _secret("TELNYX_PUBLIC_KEY", "proves Telnyx's webhooks")
    vonage_signature_secret: tuple[str, ...] = _secret("VONAGE_SIGNATURE_SECRET", "proves Vonage's webhooks")
    messagebird_signing_key: tuple[str, ...] = _secret(
        "MESSAGEBIRD_SIGNING_KEY", "proves MessageBird's webhooks"
    )
    event_retention: timedelta = setting(
        "HELPDESK_EVENT_RETENTION", "how long raw webhook bodies are kept", timedelta(days=30), read.period
    )
    ai_base_url: str | None = setting(
        "HELPDESK_AI_BASE_URL",
        "an OpenAI-compatible server; unset: the embedded suggester",
        None,
        read.url("http", "https"),
    )
    ai_api_key: str | None = setting("HELPDESK_AI_API_KEY", "its key", None, read.text, secret=True)
    ai_model: str | None = setting("HELPDESK_AI_MODEL", "its model")
    ai_redact: bool = setting(
        "HELPDESK_AI_REDACT", "whether personal data is held back from the model", True, read.yes_or_no
    )
    ai_price_prompt: Decimal | None = setting(
        "HELPDESK_AI_PRICE_PROMPT",
        "price of a million tokens of questions, in any currency",
        None,
        read.price,
    )
    ai_price_completion: Decimal | None = setting(
        "HELPDESK_AI_PRICE_COMPLETION", "price of a million tokens of answers", None, read.price
    )
    api_bases: Mapping[str, str] = attrs.field(factory=dict)
    """Bases that were set by `HELPDESK_<PROVIDER>_API_BASE`, by provider in lower case."""

    @property
    def database(self) -> str:
        """The store's URL, wherever it comes from."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'helpdesk.sqlite3').absolute()}"

    def api_base(self, provider: str) -> str:
        """Where a provider's API is; some contain `{…}` for the account's host."""
        return self.api_bases.get(provider, PROVIDER_BASES[provider])

    def secrets_of(self, name: str) -> tuple[str, ...]:
        """The secrets that a setting's name stands for, to be tried in turn."""
        value = getattr(self, _FIELD_OF[name])
        return value if isinstance(value, tuple) else (value,) if value else ()


FIELDS = tuple(field for field in attrs.fields(Settings) if "name" in field.metadata)
_FIELD_OF = {field.metadata["name"]: field.name for field in FIELDS}


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings of this process; BadSetting names the first one that is unknown or cannot be used."""
    given = {**_dot_env(folder or Path.cwd()), **(os.environ if environment is None else environment)}
    known = {field.metadata["name"]: field for field in FIELDS}
    values: dict[str, Any] = {}
    bases: dict[str, str] = {}
    for name, text in given.items():
        provider = _base_of(name)
        if provider is not None:
            bases[provider] = _parsed(name, text, read.url("http", "https"))
        elif name in known and text.strip():
            values[known[name].name] = _parsed(name, text, known[name].metadata["parse"])
        elif name.startswith("HELPDESK_") and name not in known:
            raise BadSetting(f"{name} is not a setting{_suggestion(name, known)}")
    return Settings(**values, api_bases=bases)


def _base_of(name: str) -> str | None:
    found = re.fullmatch(r"HELPDESK_([A-Z_]+)_API_BASE", name)
    provider = found[1].lower() if found else None
    return provider if provider in PROVIDER_BASES else None


def _parsed(name: str, text: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(text.strip())
    except ValueError as error:
        # The value may be a secret, and so may a part of it that a parser quotes.
        message = str(error) if str(error).startswith("must ") else "has a value that cannot be read"
        raise BadSetting(f"{name} {message}") from None


def _suggestion(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _dot_env(folder: Path) -> dict[str, str]:
    path = folder / ".env"
    if not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name.strip()):
            raise BadSetting(f".env, line {number}: must be NAME=value")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[name.strip()] = value
    return found
