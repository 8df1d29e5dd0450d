"""From a report to what it means."""

from collections.abc import Sequence

import attrs

from helpdesk_adapters.messaging.levy_fleets.payloads import Report
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.commands import Command, TakeFleetReport
from helpdesk_core.errors import InvalidValue
from helpdesk_core.fleet_reports import FleetReport, fleet_report
from helpdesk_core.webhooks import UnreadableDelivery


def ticket(raw: bytes) -> Sequence[Command]:
    """A rider has something to say."""
    try:
        return [TakeFleetReport(report_in(raw))]
    except InvalidValue as wrong:
        raise UnreadableDelivery(f"{wrong.path} {wrong.message}") from wrong


def report_in(raw: bytes) -> FleetReport:
    """The report. Raises UnreadableDelivery, and InvalidValue for what is there and will not do."""
    return fleet_report(**attrs.asdict(structured(read_object(raw), Report)))
