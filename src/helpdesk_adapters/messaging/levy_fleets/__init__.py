"""Levy Fleets: what its riders report, told by its backend (guide.md)."""

from helpdesk_adapters.messaging.levy_fleets import translate
from helpdesk_adapters.messaging.levy_fleets.envelope import TICKET, split
from helpdesk_adapters.messaging.levy_fleets.signing import renew, sign, verify
from helpdesk_core.signatures.shared_key import HEADER
from helpdesk_core.use_cases.fleet.take_fleet_report import PROVIDER
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["LEVY_FLEETS", "renew", "sign"]

LEVY_FLEETS = WebhookProvider(
    name=PROVIDER,
    paths=("/api/levy-fleets/tickets",),
    signature_header=HEADER,
    secret_setting="LEVY_FLEETS_API_KEY",
    verify=verify,
    split=split,
    events={TICKET: translate.ticket},
)
