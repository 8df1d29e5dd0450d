"""Mailboxes that are fetched from: how one is reached, where its reading stands, and what may be wrong with it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

FIRST_LOOK_BACK = timedelta(days=1)
"""How long before its connection a mailbox is read from, so that nothing falls between."""

MOST_TRIES = 5
"""How often one message is tried that cannot be fetched; the others are not held up by it."""


class Trouble(StrEnum):
    """What has to be done: mend the settings, the credentials, nothing for now, or ask whoever runs the server."""

    SETUP = "setup"
    AUTHENTICATION = "authentication"
    TRANSIENT = "transient"
    PROTOCOL = "protocol"


class MailboxTrouble(Exception):
    """A mailbox, or one message of it, cannot be read; the message is a sentence for whoever must mend it."""

    def __init__(self, trouble: Trouble, told: str) -> None:
        super().__init__(told)
        self.trouble = trouble

    def __str__(self) -> str:
        return f"{self.trouble.value}: {super().__str__()}"


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@frozen
class MailboxAccount:
    """How a mailbox is reached. Of password and access token one is given; the token wins."""

    address: str
    host: str
    port: int
    security: Security
    username: str
    folder: str
    password: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)
    ca_certificate: str | None = field(default=None, repr=False)
    """In PEM: the authority that the server's certificate must be from, in place of those the machine trusts."""


@frozen
class Renewal:
    """How a new access token is had (RFC 6749 §6)."""

    token_url: str
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)


def account_of(address: str, settings: Mapping[str, str], secrets: Mapping[str, str]) -> MailboxAccount:
    """The account that these settings describe; MailboxTrouble names what is missing."""
    host = settings.get("host", "").strip()
    if not host:
        raise MailboxTrouble(Trouble.SETUP, "The setting host is missing.")
    if not (secrets.get("password") or secrets.get("access_token")):
        raise MailboxTrouble(Trouble.SETUP, "Neither password nor access_token is set.")
    try:
        security = Security(settings.get("security", Security.TLS.value).strip().lower())
    except ValueError:
        raise MailboxTrouble(Trouble.SETUP, "security must be tls, starttls or none.") from None
    port = settings.get("port", "993" if security is Security.TLS else "143").strip()
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise MailboxTrouble(Trouble.SETUP, "port must be a number between 1 and 65535.")
    return MailboxAccount(
        address=address,
        host=host,
        port=int(port),
        security=security,
        username=settings.get("username", "").strip() or address,
        folder=settings.get("folder", "").strip() or "INBOX",
        password=secrets.get("password"),
        access_token=secrets.get("access_token"),
        ca_certificate=settings.get("ca_certificate", "").strip() or None,
    )


def renewal_of(settings: Mapping[str, str], secrets: Mapping[str, str]) -> Renewal | None:
    """How a new access token is had, where there is a refresh token; MailboxTrouble names what is missing."""
    refresh_token = secrets.get("refresh_token")
    if not refresh_token:
        return None
    token_url, client_id = settings.get("token_url", "").strip(), secrets.get("client_id", "").strip()
    for name, value in (("token_url", token_url), ("client_id", client_id)):
        if not value:
            raise MailboxTrouble(Trouble.SETUP, f"refresh_token is set, and {name} is missing.")
    return Renewal(token_url, client_id, refresh_token, secrets.get("client_secret") or None)


def is_to_be_fetched(settings: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
    """Whether somebody means this account to be fetched from: one whose mail is only pushed has no settings."""
    return any(settings.get(name) for name in ("host", "username", "folder")) or bool(secrets)


def told_of_all(troubles: Sequence[str | None]) -> str:
    """How many mailboxes can be read, and of what kind the troubles of the others are."""
    kinds = Counter(trouble.partition(":")[0] for trouble in troubles if trouble is not None)
    if not kinds:
        return f"{len(troubles)} can be read."
    told = ", ".join(f"{kind.value} {kinds[kind.value]}" for kind in Trouble if kinds[kind.value])
    return f"{kinds.total()} of {len(troubles)} cannot be read: {told}. helpdesk doctor says which."


def beginning_of(settings: Mapping[str, str], connected_at: datetime) -> datetime:
    """From when on mail is wanted: `since` is a date, or `now` for the moment of its connection."""
    since = settings.get("since", "").strip()
    if not since:
        return connected_at - FIRST_LOOK_BACK
    if since.lower() == "now":
        return connected_at
    try:
        return datetime.strptime(since, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise MailboxTrouble(Trouble.SETUP, "since must be now or a date such as 2026-03-01.") from None


@frozen
class Place:
    """How far a folder has been read. UIDs mean something under their UIDVALIDITY only (RFC 3501 §2.3.1.1).

    Whatever is up to `backlog` was there when reading began, and is wanted if it arrived `since` then; whatever
    came into the folder later is wanted whatever its date. `left` counts the tries of messages that could not
    be fetched.
    """

    uidvalidity: int
    uid: int
    backlog: int
    since: datetime
    left: Mapping[int, int] = field(factory=dict)

    @property
    def to_retry(self) -> tuple[int, ...]:
        return tuple(sorted(uid for uid, tries in self.left.items() if tries < MOST_TRIES))

    @property
    def given_up(self) -> tuple[int, ...]:
        return tuple(sorted(uid for uid, tries in self.left.items() if tries >= MOST_TRIES))


def begun(known: Place | None, uidvalidity: int, uid_next: int, since: datetime) -> Place:
    """Where reading goes on. Under another UIDVALIDITY it begins anew: what was read is known by its content."""
    if known is not None and known.uidvalidity == uidvalidity:
        return known
    return Place(uidvalidity, 0, uid_next - 1, known.since if known is not None else since)


def dealt_with(place: Place, uid: int) -> Place:
    """The place after this message."""
    left = {other: tries for other, tries in place.left.items() if other != uid}
    return evolve(place, uid=max(place.uid, uid), left=left)


def left_behind(place: Place, uid: int) -> Place:
    """The place after this message could not be fetched."""
    return evolve(place, uid=max(place.uid, uid), left={**place.left, uid: place.left.get(uid, 0) + 1})


def place_as_text(place: Place) -> str:
    value = {
        "uidvalidity": place.uidvalidity,
        "uid": place.uid,
        "backlog": place.backlog,
        "since": place.since.isoformat(),
        "left": {str(uid): tries for uid, tries in place.left.items()},
    }
    return json.dumps(value)


def place_from_text(text: str) -> Place:
    value = json.loads(text)
    return Place(
        uidvalidity=value["uidvalidity"],
        uid=value["uid"],
        backlog=value["backlog"],
        since=datetime.fromisoformat(value["since"]),
        left={int(uid): tries for uid, tries in value["left"].items()},
    )
