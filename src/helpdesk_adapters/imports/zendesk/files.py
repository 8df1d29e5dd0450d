"""Files of Zendesk's comments (developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments)."""

from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.calls import parsed
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import FetchedFile, OpenAccount

STORAGE: Final = ".zdusercontent.com"
"""Where Zendesk keeps files: an address there is good by itself, and gets no token of ours."""


@frozen
class ZendeskFiles:
    """A FileSource. The token goes to the account's own host, and a redirect is followed to Zendesk's storage only."""

    http: OutgoingHttp
    base: str
    """With `{subdomain}` in it, where it is Zendesk's own."""

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it."""
        if account is None:
            raise TryLater("The Zendesk account is not connected.")
        base = self.base.format(subdomain=account.external_id)
        if not reference.startswith(
            f"https://{account.external_id}.zendesk.com/"
        ) and not reference.startswith(f"{base}/"):
            raise GiveUp("The file is not at the Zendesk account.")
        url = (
            base
            + reference.partition("://")[2].partition("/")[1]
            + reference.partition("://")[2].partition("/")[2]
        )
        token = account.secrets.get("access_token")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = await self.http.trusting(base).request("GET", url, headers, limit=limit)
        location = answer.headers.get("location", "")
        if answer.status in (301, 302, 303, 307, 308):
            host = parsed(location, parsed(url)).host
            if not (host.endswith(STORAGE) or host == urlsplit(base).hostname):
                raise GiveUp("The file leads away from Zendesk.")
            content = await self.http.trusting(base).download(location, limit)
            return FetchedFile(content)
        if not answer.ok:
            raise GiveUp(f"Zendesk answered {answer.status}.")
        return FetchedFile(answer.body, answer.headers.get("content-type", ""))
