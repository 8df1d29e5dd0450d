"""Webhook endpoints are set up, and their secrets replaced."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.deliveries import written
from helpdesk_core.event_log import Occasion
from helpdesk_core.event_types import checked_patterns
from helpdesk_core.ids import OrganizationId, WebhookEndpointId
from helpdesk_core.ports.clock import NewToken
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import View, Work
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.running.send_notice import Letter
from helpdesk_core.users import Actor
from helpdesk_core.webhook_endpoints import (
    OLD_SECRET_LASTS,
    DisabledReason,
    SigningSecret,
    WebhookEndpoint,
    new_secret,
    rotated,
)


@frozen
class CheckEndpoint:
    """Sees to it that an endpoint can be called and hears of something, and of nothing from before its time.

    InvalidValue for a URL that can never be called, and for a pattern that no event matches. One that is made active
    again begins anew: nothing is held against it.
    """

    check_url: Callable[[str], str]

    async def __call__(self, endpoint: WebhookEndpoint, work: Work) -> WebhookEndpoint:
        checked = evolve(
            endpoint, url=self.check_url(endpoint.url), events=checked_patterns(endpoint.events, "events")
        )
        before = await work.webhook_endpoints.get(endpoint.organization_id, endpoint.id)
        if before is None:
            log = await work.log.since(endpoint.organization_id, 0, 0)
            return evolve(checked, from_seq=log.last + 2)  # the next event tells that it was set up
        if checked.active and not before.active:
            return evolve(checked, disabled_reason=None, disabled_at=None, failing_since=None)
        return checked


async def letter_about_disabled(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """What the admins are written when the desk has given an endpoint up."""
    endpoint_id = WebhookEndpointId(UUID(about["subject_id"]))
    endpoint = await view.webhook_endpoints.get(organization_id, endpoint_id)
    if endpoint is None or endpoint.active or endpoint.disabled_at is None:
        return None
    since = endpoint.failing_since or endpoint.disabled_at
    why = (
        "It has answered that it is gone for good (410)."
        if endpoint.disabled_reason is DisabledReason.GONE
        else f"Every delivery to it has failed since {since:%d %B %Y, %H:%M} UTC."
    )
    how = (
        "Once it works again, make it active, and have it told of what it missed:\n\n"
        f"PATCH /api/v1/webhook-endpoints/{endpoint.id} "
        '{"active": true}\n'
        f"POST /api/v1/webhook-endpoints/{endpoint.id}/redeliver "
        f'{{"since": "{written(since)}", "only_undelivered": true}}'
    )
    told = f"The webhook endpoint {endpoint.name} is disabled: events are delivered to it no more. {why}"
    return Letter(f"Webhook endpoint disabled: {endpoint.name}", f"{told}\n\n{how}\n")


@frozen
class SetUpEndpoint:
    """Sets up an endpoint; returns it together with its secret, which can be had this once."""

    arrange: Arrange[WebhookEndpoint]
    vault: Vault
    new_token: NewToken

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, values: Mapping[str, Any]
    ) -> tuple[WebhookEndpoint, str]:
        secret = new_secret(self.new_token())
        sealed = SigningSecret(self.vault.seal(secret), self.arrange.clock())
        endpoint = await self.arrange.add(organization_id, actor, {**values, "secrets": (sealed,)})
        return endpoint, secret


@frozen
class RotateSecret:
    """Gives an endpoint a new secret; returns both. For a while the old one signs too, a day unless told otherwise."""

    arrange: Arrange[WebhookEndpoint]
    vault: Vault
    new_token: NewToken

    async def __call__(
        self,
        organization_id: OrganizationId,
        endpoint_id: UUID,
        actor: Actor,
        overlap: timedelta = OLD_SECRET_LASTS,
    ) -> tuple[WebhookEndpoint, str]:
        secret = new_secret(self.new_token())
        step = partial(self._rotate, organization_id, endpoint_id, actor, self.vault.seal(secret), overlap)
        return await self.arrange.store.transact(step), secret

    async def _rotate(
        self,
        organization_id: OrganizationId,
        endpoint_id: UUID,
        actor: Actor,
        sealed: str,
        overlap: timedelta,
        work: Work,
    ) -> WebhookEndpoint:
        occasion = Occasion(self.arrange.clock(), self.arrange.new_id, actor)
        current = await self.arrange.existing(organization_id, endpoint_id, work)
        changed = evolve(
            rotated(current, sealed, occasion.at, overlap),
            updated_at=max(occasion.at, current.updated_at),
            version=current.version + 1,
        )
        await work.webhook_endpoints.replace(changed)
        await work.log.append(occasion.event(organization_id, "webhook_endpoint.secret_rotated", endpoint_id))
        return changed
