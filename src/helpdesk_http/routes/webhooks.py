"""Webhooks of every provider: prove, keep, answer."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeVar

import structlog
from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import MissingSetting
from helpdesk_core.signatures import BadSignature, Reason
from helpdesk_core.webhooks import Delivery, UnknownMediaType, UnreadableDelivery, WebhookProvider
from helpdesk_http.operations import Operation, operation, proof
from helpdesk_http.problems import Problem

LIMIT: Final = 3 << 20
REFUSED_WITH_400: Final = frozenset({"stripe", "stripe-connect"})
"""Providers whose own examples answer a bad signature with 400; all others get 401."""
DOORS_OF_THEIR_OWN: Final = frozenset({"imap", "amazon"})
"""Providers that are told what became of a delivery, or whose key has to be fetched first."""

Receive = Callable[[Container, Request, bytes], Awaitable["Received"]]
T = TypeVar("T")
Take = Callable[[WebhookProvider, Sequence[str], Delivery], Awaitable[T]]
"""Keeps a delivery, and perhaps more."""


@frozen
class Received:
    """The delivery is kept; what follows from it is done by a job."""

    received: bool


def webhook_operations(providers: Iterable[WebhookProvider]) -> tuple[Operation, ...]:
    """One operation for each path of each provider."""
    return tuple(
        operation(
            f"POST {path}",
            _door(provider, path),
            tag="Webhooks",
            auth=proof(f"{provider.name}Signature", handler_checks=True),
            errors=(400 if provider.name in REFUSED_WITH_400 else 401, 413, 503),
            body_media=("application/json",),
            limit=LIMIT,
        )
        for provider in providers
        if provider.name not in DOORS_OF_THEIR_OWN
        for path in provider.paths
    )


def security_schemes(providers: Iterable[WebhookProvider]) -> dict[str, dict[str, str]]:
    """How the contract names each provider's signature; it has no words for one that is in the body."""
    return {
        f"{provider.name}Signature": {
            "type": "apiKey",
            "in": "header",
            "name": provider.signature_header,
            "description": f"Signed by {provider.name} with the secret in {provider.secret_setting}.",
        }
        for provider in providers
        if provider.signature_header is not None
    }


def _door(provider: WebhookProvider, path: str) -> Receive:
    async def receive(desk: Container, request: Request, body: bytes) -> Received:
        await taken(desk, provider, request, body, desk.receive_webhook())
        return Received(True)

    receive.__name__ = "receive_" + path.removeprefix("/api/").replace("/", "_").replace("-", "_")
    receive.__doc__ = (
        f"Receive events of {provider.name}.\n\n"
        f"Handled: {', '.join(f'`{name}`' for name in provider.events)}. Others are kept and ignored."
    )
    return receive


async def taken(
    desk: Container, provider: WebhookProvider, request: Request, body: bytes, take: Take[T]
) -> T:
    """What `take` returns for this delivery; a Problem where it is not proven or cannot be read."""
    delivery = Delivery(_headers(request), body, _public_url(desk, request))
    secrets = desk.settings().secrets_of(provider.secret_setting)
    try:
        return await take(provider, secrets, delivery)
    except BadSignature as refusal:
        _tell(desk, provider.name, refusal)
        if refusal.reason is Reason.NO_SECRET:
            detail = f"{provider.secret_setting} holds no usable secret."
            raise Problem(503, MissingSetting.code, "A setting cannot be used.", detail) from refusal
        status = 400 if provider.name in REFUSED_WITH_400 else 401
        raise Problem(status, "bad_signature", "The signature does not hold.", str(refusal)) from refusal
    except UnknownMediaType as error:
        code, told = "unsupported_media_type", "The body is of a type that is not taken here."
        raise Problem(415, code, told, str(error)) from error
    except UnreadableDelivery as error:
        raise Problem(
            400, "unreadable_delivery", "The body is not what this provider sends.", str(error)
        ) from error


def _headers(request: Request) -> dict[str, str]:
    """By name in lower case; of equal ones the first. (`dict(request.headers)` looks each of them up again.)"""
    raw: list[tuple[bytes, bytes]] = request.scope["headers"]
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(raw)}


def _tell(desk: Container, provider: str, refusal: BadSignature) -> None:
    """Counts every refusal, and logs the first and each hundredth of a kind: their senders must not fill the log."""
    counts, kind = desk.counters(), ("refusals_of_a_kind", f"{provider} {refusal.reason.value}")
    counts["webhooks_refused", provider] += 1
    counts[kind] += 1
    if counts[kind] % 100 == 1:
        structlog.get_logger().warning(
            "webhook_refused",
            provider=provider,
            reason=refusal.reason.value,
            told=str(refusal),
            so_far=counts["webhooks_refused", provider],
        )


def _public_url(desk: Container, request: Request) -> str:
    """The address as the sender knows it, which some schemes sign."""
    public = desk.settings().public_url
    if public is None:
        return str(request.url)
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1") if "raw_path" in request.scope else request.url.path
    return f"{public}{path}?{query}" if query else f"{public}{path}"
