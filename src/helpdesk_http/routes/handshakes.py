"""Handshakes: Meta asks whether an address is ours before it sends events there
(developers.facebook.com/docs/graph-api/webhooks/getting-started, "Verification Requests").
"""

import hmac
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import MissingSetting
from helpdesk_http.operations import Operation, operation
from helpdesk_http.problems import Problem

LONGEST: Final = 1000
"""Characters of a challenge that is given back."""


async def answer_whatsapp_handshake(desk: Container, request: Request) -> Response:
    """Answer Meta's question whether WhatsApp's webhooks may come here.

    `hub.challenge` is given back to whoever knows `WHATSAPP_VERIFY_TOKEN`.
    """
    return _answered(desk, request, "WHATSAPP_VERIFY_TOKEN")


async def answer_messenger_handshake(desk: Container, request: Request) -> Response:
    """Answer Meta's question whether Messenger's webhooks may come here.

    `hub.challenge` is given back to whoever knows `MESSENGER_VERIFY_TOKEN`.
    """
    return _answered(desk, request, "MESSENGER_VERIFY_TOKEN")


OPERATIONS: tuple[Operation, ...] = tuple(
    operation(line, handler, tag="Webhooks", answer_media="text/plain", errors=(403, 503))
    for line, handler in (
        ("GET /api/webhooks/whatsapp", answer_whatsapp_handshake),
        ("GET /api/webhooks/messenger", answer_messenger_handshake),
    )
)


def _answered(desk: Container, request: Request, setting: str) -> Response:
    tokens = [one for one in desk.settings().secrets_of(setting) if one.strip()]
    if not tokens:
        raise MissingSetting(setting, "without it Meta cannot be told that this address is the desk's")
    asked = request.query_params
    given = asked.get("hub.verify_token", "").encode(errors="replace")
    known = [hmac.compare_digest(token.encode(errors="replace"), given) for token in tokens]
    challenge = asked.get("hub.challenge", "")
    if asked.get("hub.mode") != "subscribe" or not any(known) or not 0 < len(challenge) <= LONGEST:
        raise Problem(403, "wrong_verify_token", "The handshake is not Meta's.", f"It needs {setting}.")
    # Plain text: whatever the challenge holds, no browser takes it for a page.
    return PlainTextResponse(challenge, headers={"x-content-type-options": "nosniff"})
