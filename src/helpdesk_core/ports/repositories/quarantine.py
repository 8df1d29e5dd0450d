"""Mail that waits for somebody to decide about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.ids import OrganizationId, QuarantinedMailId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.quarantine import QuarantinedMail, QuarantineState


@frozen
class QuarantineFilter:
    """Which mails; the members are all to hold. `sender` is a whole address in lower case."""

    state: QuarantineState | None = None
    sender: str | None = None


class QuarantineReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, mail_id: QuarantinedMailId
    ) -> QuarantinedMail | None: ...

    async def page(
        self, organization_id: OrganizationId, wanted: QuarantineFilter, page: Page
    ) -> Slice[QuarantinedMail]:
        """Sorts by held_at. The rows come without the mail itself (`command` is None)."""
        ...

    async def known(
        self, organization_id: OrganizationId, external_id: str | None, message_id: str | None
    ) -> Sequence[QuarantinedMail]:
        """Those that came under this id of their source, or bear this Message-ID, in any state; without `command`."""
        ...

    async def from_senders(
        self, organization_id: OrganizationId, senders: Sequence[str]
    ) -> Sequence[QuarantinedMail]:
        """Every mail from these addresses, in whatever state."""
        ...

    async def naming(self, organization_id: OrganizationId, digests: Sequence[str]) -> frozenset[str]:
        """Those of these digests that are of files which a held mail needs."""
        ...

    async def held(self, most: int) -> int:
        """How many are held, of whatever organization; `most` at most. For the desk itself."""
        ...

    async def before(self, moment: datetime, limit: int) -> Sequence[QuarantinedMail]:
        """Up to `limit` that were held before a time, the oldest first, in whatever state and organization."""
        ...


class Quarantine(QuarantineReads, Protocol):
    async def add(self, mail: QuarantinedMail) -> None: ...

    async def replace(self, mail: QuarantinedMail) -> None:
        """NotFound where the organization has none of this id."""
        ...

    async def remove(self, organization_id: OrganizationId, mail_id: QuarantinedMailId) -> None: ...
