"""Calls as Dialpad tells of them, for tests: words on legs, in milliseconds since the call began."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

BEGAN = 1772355600000
"""2026-03-01T09:00:00Z."""
LINE, IDA = "+14155550142", "+14155550117"
SUPPORT = {"id": 124, "type": "department", "name": "Support", "phone": LINE}


@frozen
class Leg:
    """One leg of a call: `agent` answers there, on Support's line where there is none."""

    id: int
    agent: str = ""
    of: int | None = None
    direction: str = "inbound"
    number: str = IDA

    def __call__(self, state: str, at: int, **more: Any) -> Mapping[str, Any]:
        """A word on it."""
        own = {"id": 9000 + self.id, "type": "user", "name": self.agent, "phone": LINE}
        return {
            "call_id": self.id,
            "state": state,
            "event_timestamp": BEGAN + at,
            "direction": self.direction,
            "external_number": self.number,
            "internal_number": LINE,
            "date_started": BEGAN,
            "contact": {"name": "Ida Green", "phone": self.number},
            "target": own if self.agent else SUPPORT,
            "entry_point_target": SUPPORT if self.of else {},
            "entry_point_call_id": self.of,
            "master_call_id": self.of,
            "operator_call_id": self.id if self.of else None,
            **more,
        }

    def talks(self, since: int, until: int) -> list[Mapping[str, Any]]:
        """It rings, is taken, held and hung up."""
        connected = {"date_connected": BEGAN + since}
        return [
            self("ringing", since - 3_000),
            self("connected", since + 100, **connected),
            self("hold", since + 1_000, **connected),
            self("hangup", until + 100, **connected, date_ended=BEGAN + until),
        ]

    def misses(self, since: int, until: int) -> list[Mapping[str, Any]]:
        """It rings, and nobody takes it."""
        return [self("ringing", since), self("missed", until, date_ended=BEGAN + until)]
