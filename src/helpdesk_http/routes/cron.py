"""What an outside clock asks for."""

import hmac
from collections.abc import Sequence
from typing import Annotated, Any, Final

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import MissingSetting, WrongCredentials
from helpdesk_http.fields import About
from helpdesk_http.operations import operation, proof

SETTING: Final = "CRON_SECRET"
SCHEMES: Final[dict[str, dict[str, Any]]] = {
    "cronSecret": {"type": "http", "scheme": "bearer", "description": f"The secret in {SETTING}."},
}


@frozen
class MailboxSync:
    """What a pass over one mailbox did."""

    mailbox: Annotated[str, About(doc="Its address.", example="help@acme.example")]
    fetched: Annotated[int, About(doc="Messages that were brought over.")]
    created: Annotated[int, About(doc="Those that have become messages of tickets.")]
    skipped: Annotated[int, About(doc="Those that were known already, or are not wanted here.")]
    error: Annotated[
        str | None,
        About(doc="What is wrong; begins with `setup`, `authentication`, `transient` or `protocol`."),
    ]


@frozen
class ImapSync:
    """A pass over the mailboxes."""

    success: Annotated[bool, About(doc="The pass was made; each mailbox tells for itself.")]
    mailboxes: Sequence[MailboxSync]


async def sync_imap(desk: Container, request: Request) -> ImapSync:
    """Fetch new mail.

    One pass over every connected mailbox. Where another pass is at work on a mailbox, this one leaves it alone.
    """
    _prove(request, desk.settings().secrets_of(SETTING))
    done = await desk.sync_mailboxes()()
    return ImapSync(
        True,
        [MailboxSync(one.mailbox, one.fetched, one.created, one.skipped, one.error) for one in done],
    )


def _prove(request: Request, secrets: Sequence[str]) -> None:
    if not any(secrets):
        raise MissingSetting(SETTING, "without it nobody can prove to be the scheduler")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    candidate = given.strip().encode() if scheme.lower() == "bearer" else b""
    proven = [hmac.compare_digest(secret.encode(), candidate) for secret in secrets if secret]
    if not any(proven):
        raise WrongCredentials("Send the secret as Authorization: Bearer.")


OPERATIONS = (
    operation(
        "GET /api/cron/imap-sync",
        sync_imap,
        tag="Cron",
        auth=proof("cronSecret", handler_checks=True),
        errors=(401, 503),
    ),
)
