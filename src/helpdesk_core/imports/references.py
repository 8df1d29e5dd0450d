"""References: which thing of a source is which of ours, so that what is brought again is found again."""

from uuid import UUID

from attrs import frozen

from helpdesk_core.ids import OrganizationId

MESSAGE = "messages"
"""The kind of what is said on tickets, which are brought with them."""


@frozen
class Reference:
    """A thing of `account` at `source`, by its kind and its id there, and what it is here.

    `digest` is of what was brought last, so that what has not changed is passed over; `version` is the source's own.
    """

    organization_id: OrganizationId
    source: str
    account: str
    kind: str
    external_id: str
    our_id: UUID
    digest: str = ""
    version: str = ""
