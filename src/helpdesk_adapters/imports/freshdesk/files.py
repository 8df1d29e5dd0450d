"""Files of Freshdesk's tickets: at addresses that run out, of which the ticket gives a new one."""

from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk.client import FreshdeskApi
from helpdesk_adapters.imports.freshdesk.translate import reference_of
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.calls import parsed
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.imports import CredentialsRefused, SourceGone
from helpdesk_core.ports.messages import FetchedFile, OpenAccount
from helpdesk_core.webhooks import UnreadableDelivery

STORAGE: Final = (".amazonaws.com", ".freshdesk.com", ".freshworks.com", ".cloudfront.net")


@frozen
class FreshdeskFiles:
    """A FileSource. Nothing of ours goes along: the address alone lets whoever has it in."""

    http: OutgoingHttp
    base: str
    """With `{domain}` in it, where it is Freshdesk's own."""

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it."""
        named = reference_of(reference)
        try:
            return FetchedFile(await self._download(str(named["url"]), account, limit))
        except GiveUp:
            if account is None:
                raise
            fresh = await self._asked_again(named, account)
            if fresh is None or fresh == named["url"]:
                raise
            return FetchedFile(await self._download(fresh, account, limit))

    async def _download(self, url: str, account: OpenAccount | None, limit: int) -> bytes:
        base = self._base(account)
        host = parsed(url).host
        if not host.endswith(STORAGE) and not (base and url.startswith(f"{base}/")):
            raise GiveUp("The file is not at Freshdesk.")
        http = self.http.trusting(base) if base else self.http
        return await http.download(url, limit)

    async def _asked_again(self, named: Any, account: OpenAccount) -> str | None:
        """The file's address as the ticket has it now."""
        base = self._base(account) or ""
        api = FreshdeskApi(self.http.trusting(base), base, account.secrets.get("api_key", ""))
        try:
            if named["message"] is None:
                told = await api.get(f"/tickets/{named['ticket']}")
                files = structured(told, freshdesk.Ticket).attachments
            else:
                rows, _more = await api.rows(f"/tickets/{named['ticket']}/conversations", {"per_page": "100"})
                found = [structured(row, freshdesk.Conversation) for row in rows]
                files = tuple(file for one in found if one.id == named["message"] for file in one.attachments)
        except (CredentialsRefused, SourceGone, UnreadableDelivery) as error:
            raise GiveUp(str(error)) from error
        return next((file.attachment_url for file in files if file.id == named["file"]), None)

    def _base(self, account: OpenAccount | None) -> str | None:
        return self.base.format(domain=account.external_id) if account is not None else None
