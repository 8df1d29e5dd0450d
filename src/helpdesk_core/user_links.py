"""Links that are mailed to people who work here: to come in for the first time, or to choose another password."""

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from helpdesk_core.ids import UserId


class Purpose(StrEnum):
    """What the holder of a link may do."""

    INVITATION = "invitation"
    RESET = "reset"


LIVES: dict[Purpose, timedelta] = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}
"""How long a link can be used."""


@frozen
class UserLink:
    """A link that one person may use once. The store keeps the digest of its token, never the token.

    A person has one link of a purpose at most: another one takes its place.
    """

    token_hash: str = field(repr=False)
    user_id: UserId
    purpose: Purpose
    created_at: datetime
    expires_at: datetime

    def fits(self, purpose: Purpose, now: datetime) -> bool:
        return self.purpose is purpose and now < self.expires_at
