"""What Facebook posts in the name of whoever connected a page: the desk is thrown out, or is to forget them."""

from datetime import datetime
from typing import Final

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_http.clients import address_of_desk
from helpdesk_http.operations import operation
from helpdesk_http.routes.webhooks import Received, delivered, taken

LIMIT: Final = 1 << 16
DELETION: Final = "/api/messenger/data-deletion"
FORM: Final = ("application/x-www-form-urlencoded",)


@frozen
class DeletionReceipt:
    """As Facebook shows it to the person: where they see how their request stands, and its code."""

    url: str
    confirmation_code: str


@frozen
class DeletionState:
    """A request to be forgotten. What it asks for was done when it came in, but for what a job does soon after."""

    confirmation_code: str
    received_at: datetime


async def deauthorize_messenger(desk: Container, request: Request, body: bytes) -> Received:
    """End the connection of every page that a person has connected, who has removed the app at Facebook.

    The form's member `signed_request` is signed with `MESSENGER_APP_SECRET`. What customers wrote stays.
    """
    provider = desk.webhook_providers()["messenger"]
    await taken(desk, provider, delivered(desk, request, body), desk.messenger_farewell().deauthorize)
    return Received(True)


async def delete_messenger_data(desk: Container, request: Request, body: bytes) -> DeletionReceipt:
    """Forget a person who asks for it at Facebook: the pages that they connected are disconnected, and no longer say by
    whom they were.

    The form's member `signed_request` is signed with `MESSENGER_APP_SECRET`.
    """
    provider = desk.webhook_providers()["messenger"]
    code = await taken(desk, provider, delivered(desk, request, body), desk.messenger_farewell().delete)
    return DeletionReceipt(f"{address_of_desk(request)}{DELETION}/{code}", code)


async def read_messenger_deletion(desk: Container, code: str) -> DeletionState:
    """Read by its confirmation code when a request to be forgotten came in, and was carried out."""
    came = await desk.messenger_farewell().end.asked_at("messenger", code)
    return DeletionState(code, existing(came, "deletion request", code))


OPERATIONS = (
    operation(
        "POST /api/messenger/deauthorize",
        deauthorize_messenger,
        tag="Connecting",
        errors=(400, 401, 413, 503),
        body_media=FORM,
        limit=LIMIT,
    ),
    operation(
        f"POST {DELETION}",
        delete_messenger_data,
        tag="Connecting",
        errors=(400, 401, 413, 503),
        body_media=FORM,
        limit=LIMIT,
    ),
    operation(f"GET {DELETION}/{{code}}", read_messenger_deletion, tag="Connecting", errors=(404,)),
)
