"""Amazon's topics post what sellers are notified of."""

from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.jobs import TryLater
from helpdesk_http.operations import operation
from helpdesk_http.problems import Problem
from helpdesk_http.routes.webhooks import Received, delivered, taken

LIMIT = 3 << 20


async def receive_amazon_webhook(desk: Container, request: Request, body: bytes) -> Received:
    """Receive messages of a topic of Amazon SNS.

    The signature is a member of the message (versions 1 and 2). Only the topics in `AMAZON_SNS_TOPIC_ARNS` are
    believed, others get 403. Handled: `ORDER_CHANGE`, `MFN_ORDER_STATUS_CHANGE`, `RETURN_STATUS_CHANGE`,
    `FEED_PROCESSING_FINISHED`, and the confirmations of the subscription; others are kept and ignored. 503 asks for the
    message to be sent again: its certificate could not be fetched.
    """
    provider = desk.webhook_providers()["amazon"]
    try:
        await taken(desk, provider, delivered(desk, request, body), desk.receive_from_topic())
    except TryLater as error:
        told = "The certificate cannot be fetched just now."
        raise Problem(503, "certificate_unavailable", told, str(error)) from error
    return Received(True)


OPERATIONS = (
    operation(
        "POST /api/amazon/webhook",
        receive_amazon_webhook,
        tag="Webhooks",
        errors=(400, 401, 403, 413, 503),
        body_media=("text/plain", "application/json"),
        limit=LIMIT,
    ),
)
