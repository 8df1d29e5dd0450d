"""What holds for every operation under /api/v1: answers that are tagged, conditions, and keys that make a request once.

- A GET brings an `ETag` and answers 304 to an `If-None-Match` that knows it (RFC 9110 §8.8, §13).
- A PATCH, PUT or DELETE with `If-Match` takes effect only while the resource still is what the caller has read.
- A write with an `Idempotency-Key` takes effect once in 24 hours; sent again, it is answered as it was the first time.

Conditions, effects and the answer that is kept are one unit of work: of two requests with one key, however close, one
takes effect, and a crash leaves both the effect and the answer, or neither.
"""

import base64
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Final

import orjson
from attrs import frozen
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import Stale
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ports.store import Work
from helpdesk_http.etags import knows, tags_in
from helpdesk_http.middleware import header
from helpdesk_http.operations import takes_condition, takes_key
from helpdesk_http.problems import Problem
from helpdesk_http.scalars import FieldError, InvalidParameters
from helpdesk_http.serving import Answer, Exchange
from helpdesk_http.sparse import without_extras

LONGEST_KEY: Final = 255
REPLAYED: Final = "idempotency-replayed"

Proceed = Callable[[], Awaitable[Response]]


@frozen
class Conventions:
    """Stands around every handler, see `serving.Around`."""

    desk: Container

    async def __call__(self, exchange: Exchange, proceed: Proceed) -> Response:
        operation = exchange.operation
        if not operation.path.startswith("/api/v1/"):
            return await proceed()
        if operation.method == "GET":
            return _conditional(exchange, await proceed())
        key, condition = _key(exchange), _condition(exchange)
        if key is None and condition is None:
            return _tagged(exchange, await proceed())
        return await self.desk.store().together(
            lambda work: self._once(exchange, proceed, key, condition, work)
        )

    async def _once(
        self, exchange: Exchange, proceed: Proceed, key: str | None, condition: bytes | None, work: Work
    ) -> Response:
        """The step: answers as before, or checks, proceeds, and keeps the answer."""
        name = f"{exchange.who.actor.id}:{key}"
        fingerprint = _fingerprint(exchange)
        if key is not None:
            kept = await work.kept_answers.get(exchange.who.organization_id, name)
            if kept is not None:
                return self._again(kept, fingerprint)
        if condition is not None and exchange.current is not None:
            _check(condition, await exchange.current())
        response = _tagged(exchange, await proceed())
        if key is not None:
            sealed = self.desk.vault().seal(_told(response))
            at = self.desk.clock()()
            await work.kept_answers.add(
                KeptAnswer(exchange.who.organization_id, name, fingerprint, at, sealed)
            )
        return response

    def _again(self, kept: KeptAnswer, fingerprint: str) -> Response:
        if kept.fingerprint != fingerprint:
            detail = "This Idempotency-Key was used for another request; make a new one for each request."
            raise Problem(422, "idempotency_key_reused", "The key belongs to another request.", detail)
        told = orjson.loads(self.desk.vault().unseal(kept.sealed))
        return Response(base64.b64decode(told["body"]), told["status"], {**told["headers"], REPLAYED: "true"})


def _key(exchange: Exchange) -> str | None:
    raw = header(exchange.request.scope, b"idempotency-key")
    if raw is None:
        return None
    key = raw.decode("latin-1").strip()
    if not takes_key(exchange.operation):
        message = "is not taken here: this cannot be made part of one change"
    elif 1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable():
        return key
    else:
        message = f"must be 1 to {LONGEST_KEY} visible characters of ASCII"
    raise InvalidParameters((FieldError("header.Idempotency-Key", message),))


def _condition(exchange: Exchange) -> bytes | None:
    """The If-Match; refused where nothing is compared with it, since it would be taken for granted."""
    condition = header(exchange.request.scope, b"if-match")
    if condition is not None and (exchange.current is None or not takes_condition(exchange.operation)):
        message = "is not taken here: there is nothing to compare it with"
        raise InvalidParameters((FieldError("header.If-Match", message),))
    return condition


def _fingerprint(exchange: Exchange) -> str:
    """Of everything that decides what a request does: method, address, body."""
    scope = exchange.request.scope
    condition = header(scope, b"if-match") or b""
    parts = (
        scope["method"].encode(),
        scope["path"].encode(),
        scope["query_string"],
        condition,
        exchange.body,
    )
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _told(response: Response) -> str:
    """A response as JSON text."""
    kept = {
        name: response.headers[name]
        for name in ("content-type", "location", "etag", "link")
        if name in response.headers
    }
    body = base64.b64encode(bytes(response.body)).decode()
    return orjson.dumps({"status": response.status_code, "headers": kept, "body": body}).decode()


def _tagged(exchange: Exchange, response: Response) -> Response:
    """The answer to a write that shows the resource as it is now: with its tag, for the next If-Match."""
    shows_it = exchange.operation.method in ("PATCH", "PUT") or response.status_code == 201
    if shows_it and isinstance(response, Answer) and response.value is not None:
        response.headers["etag"] = f'"{_base_tag(response)}"'
    return response


def _conditional(exchange: Exchange, response: Response) -> Response:
    if not isinstance(response, Answer) or response.status_code != 200:
        return response
    tag = _tag(response)
    known = exchange.request.headers.get("if-none-match")
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if knows(known, tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _tag(answer: Answer) -> str:
    """The tag of an answer to GET; in front of a full stop that of the resource without extras, for If-Match."""
    shown = bytes(answer.body)
    bare = without_extras(answer.value, answer.whole, answer.write)
    if bare is shown:  # as nearly always
        return f'"{_digest(shown)}"'
    base, whole = _digest(bare), _digest(shown)
    return f'"{base}"' if base == whole else f'"{base}.{whole}"'


def _base_tag(answer: Answer) -> str:
    return _digest(without_extras(answer.value, answer.whole, answer.write))


def _check(condition: bytes, current: Response) -> None:
    """Stale where the caller has read something else than there is now."""
    wanted = [tag.split(".")[0] for tag in tags_in(condition.decode("latin-1"))]
    if "*" in wanted or not isinstance(current, Answer):
        return
    if _base_tag(current) not in wanted:
        raise Stale("It has changed since you read it; read it again and decide anew.")


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()
