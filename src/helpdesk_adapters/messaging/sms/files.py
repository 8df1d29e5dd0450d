"""What came with an MMS whose carrier hands out files at addresses that say themselves who may see them."""

from attrs import frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FetchedFile, OpenAccount

MOST_REDIRECTS = 3


@frozen
class LinkedFiles:
    """A FileSource. No secret of the account's goes there."""

    http: OutgoingHttp

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it."""
        return FetchedFile(await self.http.download(reference, limit, redirects=MOST_REDIRECTS))
