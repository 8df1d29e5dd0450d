"""Simulation: a provider's event as it would arrive, posted to a running desk."""

from collections.abc import Mapping

from attrs import frozen

from helpdesk_adapters.providers import Entry
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.webhooks import Simulated


@frozen
class Simulate:
    """Posts a signed example of an event; each time it is another event, as if it had happened now."""

    settings: Settings
    registry: Mapping[str, Entry]
    http: OutgoingHttp
    clock: Clock
    new_token: NewToken

    def events(self) -> Mapping[str, tuple[str, ...]]:
        """What can be posted, by provider."""
        return {name: tuple(entry.webhooks.events) for name, entry in sorted(self.registry.items())}

    async def __call__(self, provider: str, event: str, base: str) -> Simulated:
        """Raises InvalidValue for what is not known, MissingSetting for a secret, TryLater where no desk answers."""
        entry = self.registry.get(provider)
        if entry is None:
            raise InvalidValue("provider", f"must be one of {', '.join(self.events())}")
        if event not in entry.webhooks.events:
            raise InvalidValue("event", f"must be one of {', '.join(entry.webhooks.events)}")
        secret = entry.secret(self.settings)
        now, delivery_id = self.clock(), f"simulated_{self.new_token()[:24]}"
        body = entry.renew(entry.example(event), delivery_id, now)
        public, base = (self.settings.public_url or base).rstrip("/"), base.rstrip("/")
        delivery = entry.sign(entry.delivery(event, public, body), secret, now, delivery_id)
        url = base + delivery.url.removeprefix(public)  # some sign the address as it is known outside
        headers = {"content-type": "application/json", **delivery.headers}
        answer = await self.http.trusting(base).request(
            delivery.method, url, headers, content=delivery.body or None, plain=True, any_status=True
        )
        return Simulated(url, delivery_id, answer.status, answer.body.decode("utf-8", "replace")[:500])
