"""Freshdesk: an API key is tried, and the account connected with it."""

from typing import Annotated, Final

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import AccessDenied, CredentialsRefused, SourceGone
from helpdesk_core.users import Role, Scope
from helpdesk_http.fields import About, Text, camel
from helpdesk_http.operations import Operation, operation, session_or_key
from helpdesk_http.problems import Problem
from helpdesk_http.who import Caller

PAUSE: Final = 30
"""Seconds after which to try again, where Freshdesk does not say."""


@camel
@frozen
class FreshdeskKey:
    domain: Annotated[str, Text(min=1, max=255, doc="The whole domain.", example="acme.freshdesk.com")]
    api_key: Annotated[str, Text(min=1, max=4096, doc="Of an admin; it is kept sealed, and never shown.")]


@camel
@frozen
class FreshdeskConnected:
    success: bool
    domain: Annotated[str, About(example="acme.freshdesk.com")]
    message: str


async def connect_freshdesk(desk: Container, who: Caller, body: FreshdeskKey) -> FreshdeskConnected:
    """Try an API key of Freshdesk, and connect the account with it.

    400 says what is wrong: `invalid_value` for what is no domain of Freshdesk's, `unknown_domain` where nobody is
    there, `invalid_credentials` for a wrong key, `access_denied` for one without rights or a suspended account. 503
    means that Freshdesk did not answer; try again later.
    """
    try:
        connected = await desk.connect_source()(
            who.organization_id, "freshdesk", body.domain, body.api_key.strip(), who.actor
        )
    except AccessDenied as denied:
        raise Problem(400, "access_denied", "The key may not see this account.", str(denied)) from denied
    except CredentialsRefused as refused:
        raise Problem(400, "invalid_credentials", "The key is not accepted.", str(refused)) from refused
    except SourceGone as gone:
        raise Problem(400, "unknown_domain", "There is no such account.", str(gone)) from gone
    except TryLater as later:
        pause = PAUSE if later.after is None else max(1, round(later.after.total_seconds()))
        headers = {"retry-after": str(pause)}
        error = "Freshdesk does not answer just now."
        raise Problem(503, "unavailable", error, str(later), headers=headers) from later
    return FreshdeskConnected(True, connected.external_id, "Freshdesk connection successful")


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/freshdesk/connect",
        connect_freshdesk,
        tag="Imports",
        auth=session_or_key(Role.ADMIN, Scope.ADMIN),
        errors=(400, 409, 503),
    ),
)
