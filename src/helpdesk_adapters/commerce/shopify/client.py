"""A shop's Admin API, called for what the desk needs of it (shopify.dev/docs/api/admin-graphql)."""

from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.shops import AccessRefused, NotSubscribed

VERSION: Final = "2026-07"

SUBSCRIBE: Final = (
    "mutation HelpdeskSubscribes($topic: WebhookSubscriptionTopic!, $where: WebhookSubscriptionInput!)"
    " { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $where)"
    " { webhookSubscription { id } userErrors { field message } } }"
)
TAKEN: Final = "already been taken"
"""Says that this topic goes to this address already."""


@frozen
class ShopifyApi:
    """`base` holds `{shop}`."""

    http: OutgoingHttp
    base: str

    async def subscribe(self, shop: str, token: str, topic: str, uri: str) -> None:
        """A Subscribe, by webhookSubscriptionCreate."""
        where = {"uri": uri, "format": "JSON"}
        told = await self._asked(shop, token, SUBSCRIBE, {"topic": named(topic), "where": where})
        made = told.get("webhookSubscriptionCreate")
        errors = made.get("userErrors") if isinstance(made, dict) else None
        if not isinstance(errors, list):
            raise TryLater("The shop did not say what became of the subscription.")
        messages = [_message(error) for error in errors]
        if refused := [message for message in messages if TAKEN not in message.lower()]:
            raise NotSubscribed("; ".join(refused)[:300])

    async def _asked(self, shop: str, token: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.request(
            "POST",
            f"{self.base.format(shop=shop).rstrip('/')}/admin/api/{VERSION}/graphql.json",
            {"x-shopify-access-token": token, "accept": "application/json"},
            json={"query": query, "variables": variables},
        )
        if answer.status in (401, 403):
            raise AccessRefused(f"{answer.host} answered {answer.status}.")
        told = answer.json()
        if not isinstance(told, dict):
            raise TryLater(f"{answer.host} answered {answer.status}, and nothing that can be read.")
        if errors := told.get("errors"):
            _raise(errors)
        data = told.get("data")
        if not answer.ok or not isinstance(data, dict):
            raise TryLater(f"{answer.host} answered {answer.status}, and no data.")
        return data


def named(topic: str) -> str:
    """The topic as the Admin API calls it: ORDERS_CREATE for `orders/create`."""
    return topic.replace("/", "_").upper()


def _raise(errors: object) -> None:
    """What the whole call is refused for (shopify.dev/docs/api/usage/limits, "Throttled")."""
    listed = errors if isinstance(errors, list) else [errors]
    codes = {
        error["extensions"].get("code")
        for error in listed
        if isinstance(error, dict) and isinstance(error.get("extensions"), dict)
    }
    told = "; ".join(_message(error) for error in listed)[:300]
    if "THROTTLED" in codes:
        raise TryLater(f"The shop asks for patience: {told}")
    raise NotSubscribed(told)


def _message(error: object) -> str:
    text = error.get("message") if isinstance(error, dict) else error
    return one_line(storable(text)) if isinstance(text, str) and text else "no reason was given"
