"""An event is handed over to a webhook endpoint."""

from datetime import datetime, timedelta
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.deliveries import (
    GONE,
    TEST_TYPE,
    DeliveryTry,
    WebhookDelivery,
    WebhookDeliveryState,
    after_try,
    skipped,
)
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import DeliveryId, NewId, OrganizationId
from helpdesk_core.notices import Notice
from helpdesk_core.ports.clock import Clock, Jitter
from helpdesk_core.ports.secrets import SecretLost, Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.ports.webhook_calls import Called, NoRoom, WebhookCalls
from helpdesk_core.signatures import svix
from helpdesk_core.use_cases.running.send_notice import notice_of
from helpdesk_core.use_cases.webhooks.plan_deliveries import put_in_line
from helpdesk_core.users import DESK
from helpdesk_core.webhook_endpoints import GIVEN_UP_AFTER, DisabledReason, WebhookEndpoint, disabled

POSTPONED_FOR = timedelta(seconds=10)
"""About how long a delivery waits for which there is no room just now."""


@frozen(kw_only=True)
class Turn:
    """Which try of which delivery a job is for; `step` counts from 0 within the round."""

    organization_id: OrganizationId
    delivery_id: DeliveryId
    attempt: int
    step: int


@frozen
class DeliverWebhook:
    """Makes one try of a delivery and records it, together with the job for the next one where there is to be one.

    A job is for one try: where that has been recorded (the job runs a second time, or somebody asked for the delivery
    again meanwhile) nothing is sent, and a try that was made twice at the same time is recorded once. A failed try
    is no failed job. The endpoint is disabled once it is gone, or has failed for days.
    """

    store: Store
    calls: WebhookCalls
    vault: Vault
    clock: Clock
    new_id: NewId
    jitter: Jitter

    async def __call__(self, turn: Turn) -> None:
        found = await self.store.read(partial(_found, turn))
        if found is None:
            return
        delivery, endpoint = found
        if not endpoint.active and delivery.type != TEST_TYPE:
            await self.store.transact(partial(self._skip, turn))
            return
        at = self.clock()
        body = delivery.body.encode()
        try:
            headers = self._headers(endpoint, delivery, body, at)
            called = await self.calls.post(endpoint.id, endpoint.url, headers, body)
        except NoRoom:
            await self.store.transact(partial(self._postpone, turn))
            return
        except SecretLost as lost:
            headers, called = {}, Called(0, error=str(lost))
        signature = headers.get("webhook-signature", "")
        await self.store.transact(partial(self._record, turn, at, signature, called, self.jitter()))

    def _headers(
        self, endpoint: WebhookEndpoint, delivery: WebhookDelivery, body: bytes, at: datetime
    ) -> dict[str, str]:
        secrets = [self.vault.unseal(secret.sealed) for secret in endpoint.live_secrets(at)]
        signed = svix.sign_with_all(body, secrets, at, str(delivery.event_id))
        return {"content-type": "application/json", **signed}

    async def _skip(self, turn: Turn, work: Work) -> None:
        found = await _found(turn, work)
        if found is not None and not found[1].active:
            await work.deliveries.replace(skipped(found[0], self.clock()))

    async def _postpone(self, turn: Turn, work: Work) -> None:
        found = await _found(turn, work)
        if found is not None:
            later = evolve(found[0], next_try_at=self.clock() + POSTPONED_FOR * (0.1 + self.jitter()))
            await work.deliveries.replace(later)
            await put_in_line(later, turn.step, self.new_id, work)

    async def _record(
        self, turn: Turn, at: datetime, signature: str, called: Called, jitter: float, work: Work
    ) -> None:
        found = await _found(turn, work)
        if found is None:
            return
        delivery, endpoint = found
        made = DeliveryTry(
            at=at,
            duration_ms=called.duration_ms,
            signature=signature,
            status=called.status,
            answer=called.answer,
            error=called.error,
        )
        tried = after_try(delivery, made, turn.step, called.asked_pause, jitter)
        await work.deliveries.replace(tried)
        if tried.state is WebhookDeliveryState.PENDING:
            await put_in_line(tried, turn.step + 1, self.new_id, work)
        await self._judge(endpoint, made, work)

    async def _judge(self, endpoint: WebhookEndpoint, made: DeliveryTry, work: Work) -> None:
        """Keeps in mind how the endpoint fares; only what is new is written."""
        now = self.clock()
        judged = judged_after(endpoint, made, now)
        if judged == endpoint:
            return
        changed = evolve(judged, version=endpoint.version + 1, updated_at=max(now, endpoint.updated_at))
        await work.webhook_endpoints.replace(changed)
        if endpoint.active and not judged.active and judged.disabled_reason is not None:
            occasion = Occasion(now, self.new_id, DESK)
            data = {"name": endpoint.name, "reason": judged.disabled_reason.value}
            home = endpoint.organization_id
            await work.log.append(occasion.event(home, "webhook_endpoint.disabled", endpoint.id, data))
            await work.jobs.add(notice_of(home, Notice.WEBHOOK_ENDPOINT_DISABLED, endpoint.id, occasion))


def judged_after(endpoint: WebhookEndpoint, made: DeliveryTry, now: datetime) -> WebhookEndpoint:
    """The endpoint after a try: forgiven, under watch since its first failure, or given up."""
    if made.succeeded:
        return evolve(endpoint, failing_since=None)
    failing = evolve(endpoint, failing_since=endpoint.failing_since or now)
    if not endpoint.active:
        return failing
    if made.status == GONE:
        return disabled(failing, DisabledReason.GONE, now)
    if failing.failing_since is not None and now - failing.failing_since >= GIVEN_UP_AFTER:
        return disabled(failing, DisabledReason.FAILING, now)
    return failing


async def _found(turn: Turn, view: View) -> tuple[WebhookDelivery, WebhookEndpoint] | None:
    """The delivery if this try is still to be made, and its endpoint."""
    delivery = await view.deliveries.get(turn.organization_id, turn.delivery_id)
    if delivery is None or delivery.state is not WebhookDeliveryState.PENDING:
        return None
    if delivery.attempts != turn.attempt - 1:
        return None
    endpoint = await view.webhook_endpoints.get(turn.organization_id, delivery.endpoint_id)
    return None if endpoint is None else (delivery, endpoint)
