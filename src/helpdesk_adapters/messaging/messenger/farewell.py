"""Whoever connected a page throws the desk out at Facebook, or wants to be forgotten
(developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, "Deauthorize Callback",
…/docs/development/create-an-app/app-dashboard/data-deletion-callback).
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from attrs import frozen

from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import since_1970
from helpdesk_core.errors import MissingSetting
from helpdesk_core.signatures import BadSignature, Reason, signed_request
from helpdesk_core.use_cases.accounts.end_grant import EndGrant
from helpdesk_core.webhooks import Delivery, UnreadableDelivery, WebhookProvider

ALGORITHM = "HMAC-SHA256"


@frozen
class Asked:
    """Who asks, by the id that they have within the application, and when (Unix seconds)."""

    user_id: str
    algorithm: str = ""
    issued_at: int | None = None


@frozen
class Farewell:
    """Takes what Facebook posts in a person's name; the answer is the request's code.

    Raises MissingSetting, BadSignature, UnreadableDelivery.
    """

    end: EndGrant

    async def deauthorize(self, provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery) -> str:
        """Ends what they let the desk into."""
        asked = _asked(provider, secrets, delivery)
        return await self.end(provider.name, asked.user_id, _at(asked), forget=False)

    async def delete(self, provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery) -> str:
        """Ends it, and forgets who they are."""
        asked = _asked(provider, secrets, delivery)
        return await self.end(provider.name, asked.user_id, _at(asked), forget=True)


def _asked(provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery) -> Asked:
    if not any(secrets):
        raise MissingSetting(provider.secret_setting, "without it nothing that Facebook posts can be proven")
    try:
        form = dict(parse_qsl(delivery.body.decode(), max_num_fields=20))
    except ValueError as error:
        raise UnreadableDelivery("The body is no form of text.") from error
    asked = structured(read_object(signed_request.read(form.get("signed_request", ""), secrets)), Asked)
    if asked.algorithm.upper() != ALGORITHM:
        raise BadSignature(Reason.MALFORMED, f"Only {ALGORITHM} proves a signed_request.")
    if not asked.user_id:
        raise UnreadableDelivery("The request does not say whose it is.")
    return asked


def _at(asked: Asked) -> datetime | None:
    return since_1970(asked.issued_at)
