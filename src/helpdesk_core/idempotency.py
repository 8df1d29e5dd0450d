"""Answers that are kept, so that a request that is sent again takes effect once."""

from datetime import datetime, timedelta

from attrs import field, frozen

from helpdesk_core.ids import OrganizationId

ANSWERS_LAST = timedelta(hours=24)


@frozen
class KeptAnswer:
    """What a request under an idempotency key was answered; `fingerprint` tells its body, path and caller.

    `sealed` is the answer as the vault sealed it: answers may hold secrets that are shown once.
    """

    organization_id: OrganizationId
    key: str
    fingerprint: str
    created_at: datetime
    sealed: str = field(repr=False)
