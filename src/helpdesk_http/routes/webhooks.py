"""Webhooks of every provider: prove, keep, answer."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeVar

import structlog
from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import MissingSetting
from helpdesk_core.signatures import BadSignature, Reason
from helpdesk_core.webhooks import Delivery, Reply, UnknownMediaType, UnreadableDelivery, WebhookProvider
from helpdesk_http.operations import ANYONE, Auth, Operation, operation, proof
from helpdesk_http.problems import Problem

LIMIT: Final = 3 << 20
REFUSED_WITH_400: Final = frozenset({"stripe", "stripe-connect"})
"""Providers whose own examples answer a bad signature with 400; all others get 401."""
DOORS_OF_THEIR_OWN: Final = frozenset({"imap", "amazon", "levy-fleets"})
"""Providers that are told what became of a delivery, or whose key has to be fetched first."""

Receive = Callable[[Container, Request, bytes], Awaitable["Received"] | Awaitable[Response]]
T = TypeVar("T")
Take = Callable[[WebhookProvider, Sequence[str], Delivery], Awaitable[T]]
"""Keeps a delivery, and perhaps more."""


@frozen
class Received:
    """The delivery is kept; what follows from it is done by a job."""

    received: bool


def webhook_operations(providers: Iterable[WebhookProvider]) -> tuple[Operation, ...]:
    """One operation for each path of each provider."""
    behind: dict[str, list[WebhookProvider]] = {}
    for provider in providers:
        if provider.name not in DOORS_OF_THEIR_OWN:
            for path in provider.paths:
                behind.setdefault(path, []).append(provider)
    return tuple(
        operation(
            f"{method} {path}",
            _door(several, method, path),
            tag="Webhooks",
            auth=_proof(several[0]),
            errors=(400 if several[0].name in REFUSED_WITH_400 else 401, 413, 503),
            body_media=()
            if method == "GET"
            else tuple(dict.fromkeys(m for one in several for m in one.media)),
            answer_media="*/*" if _answers(several) else "application/json",
            limit=LIMIT,
        )
        for path, several in behind.items()
        for method in dict.fromkeys(method for one in several for method in one.methods)
    )


def security_schemes(providers: Iterable[WebhookProvider]) -> dict[str, dict[str, str]]:
    """How the contract names each provider's signature; it has no words for one that is in the body."""
    return {
        f"{provider.key}Signature": {
            "type": "apiKey",
            "in": "header",
            "name": provider.signature_header,
            "description": f"Signed by {provider.name} with the secret in {provider.secret_setting}.",
        }
        for provider in providers
        if provider.signature_header is not None
    }


def _proof(provider: WebhookProvider) -> Auth:
    """What the contract says of it: a signature in a header has a name there, one in the body has none."""
    named = provider.signature_header is not None
    return proof(f"{provider.key}Signature", handler_checks=True) if named else ANYONE


def _door(providers: Sequence[WebhookProvider], method: str, path: str) -> Receive:
    """The handler of one path: the first provider that recognises a delivery judges it, else the first of all."""

    async def keep(desk: Container, request: Request, body: bytes) -> Reply | None:
        delivery = delivered(desk, request, body)
        provider = next((one for one in providers if one.recognise(delivery)), providers[0])
        await taken(desk, provider, delivery, desk.receive_webhook())
        return provider.answer(delivery) if provider.answer is not None else None

    async def receive(desk: Container, request: Request, body: bytes) -> Received:
        await keep(desk, request, body)
        return Received(True)

    async def receive_and_answer(desk: Container, request: Request, body: bytes) -> Response:
        reply = await keep(desk, request, body) or Reply(b'{"received":true}', "application/json")
        return Response(reply.body, media_type=reply.media_type)

    door: Receive = receive_and_answer if _answers(providers) else receive
    told = "_get" if method == "GET" else ""
    door.__name__ = "receive_" + path.removeprefix("/api/").replace("/", "_").replace("-", "_") + told
    handled = ", ".join(f"`{name}`" for one in providers for name in one.events)
    door.__doc__ = (
        f"Receive events of {providers[0].name}.\n\nHandled: {handled}. Others are kept and ignored."
    )
    return door


def _answers(providers: Sequence[WebhookProvider]) -> bool:
    return any(one.answer is not None for one in providers)


def delivered(desk: Container, request: Request, body: bytes) -> Delivery:
    """The request as providers' rules see it."""
    return Delivery(_headers(request), body, _public_url(desk, request), request.method)


async def taken(desk: Container, provider: WebhookProvider, delivery: Delivery, take: Take[T]) -> T:
    """What `take` returns for this delivery; a Problem where it is not proven or cannot be read."""
    secrets = desk.settings().secrets_of(provider.secret_setting)
    try:
        return await take(provider, secrets, delivery)
    except BadSignature as refusal:
        _tell(desk, provider.name, refusal)
        if refusal.reason is Reason.NO_SECRET:
            detail = f"{provider.secret_setting} holds no usable secret."
            raise Problem(503, MissingSetting.code, "A setting cannot be used.", detail) from refusal
        forgotten = provider.signs_again and refusal.reason is Reason.MISSING_HEADER
        status = 503 if forgotten else 400 if provider.name in REFUSED_WITH_400 else 401
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
