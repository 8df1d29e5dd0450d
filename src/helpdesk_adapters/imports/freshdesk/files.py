"""Files of Freshdesk's tickets: at addresses that run out, of which the ticket gives a new one."""

from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi
from helpdesk_adapters.imports.freshdesk.translate_tickets import files_of, is_stored_there, reference_of
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.imports import CredentialsRefused, SourceGone
from helpdesk_core.ports.messages import FetchedFile, OpenAccount
from helpdesk_core.webhooks import UnreadableDelivery

REDIRECTS: Final = 2
"""Images in the words of a message lead from Freshdesk to its storage."""
MOST_PAGES: Final = 300


def freshdesk_files(settings: Settings, http: OutgoingHttp) -> "FreshdeskFiles":
    """The source of these files."""
    return FreshdeskFiles(http, settings.api_base("freshdesk"))


@frozen
class FreshdeskFiles:
    """A FileSource. Nothing of ours goes along: the address alone lets whoever has it in."""

    http: OutgoingHttp
    base: str
    """With `{domain}` in it, where it is Freshdesk's own."""

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it. An address that has run out is asked for again, once."""
        named = reference_of(reference)
        url = str(named["url"])
        try:
            return FetchedFile(await self._download(url, account, limit))
        except GiveUp as gone:
            if account is None:
                raise TryLater(f"{gone} The Freshdesk account is not connected.") from gone
            fresh = await self._asked_again(named, account)
            if fresh is None or fresh == url:
                raise
            return FetchedFile(await self._download(fresh, account, limit))

    async def _download(self, url: str, account: OpenAccount | None, limit: int) -> bytes:
        base = self._base(account)
        if not is_stored_there(url) and not (base and url.startswith(f"{base}/")):
            raise GiveUp("The file is not at Freshdesk.")
        http = self.http.trusting(base) if base else self.http
        return await http.download(url, limit, redirects=REDIRECTS)

    async def _asked_again(self, named: Any, account: OpenAccount) -> str | None:
        """The file's address as the ticket has it now; None where it is not there any more."""
        base = self._base(account) or ""
        api = FreshdeskApi(self.http.trusting(base), base, account.secrets.get("api_key", ""))
        ticket = int(named["ticket"])
        found: freshdesk.Ticket | freshdesk.Conversation | None
        try:
            if named["message"] is None:
                told = await api.get(f"/tickets/{ticket}")
                found = None if told is None else structured(told, freshdesk.Ticket)
            else:
                found = await _message(api, ticket, int(named["message"]))
        except CredentialsRefused as refused:
            raise TryLater(str(refused)) from refused
        except (SourceGone, UnreadableDelivery) as error:
            raise GiveUp(str(error)) from error
        files = files_of(found, ticket) if found is not None else ()
        return next(
            (str(reference_of(one.reference)["url"]) for one in files if one.id == named["file"]), None
        )

    def _base(self, account: OpenAccount | None) -> str | None:
        return self.base.format(domain=account.external_id).rstrip("/") if account is not None else None


async def _message(api: FreshdeskApi, ticket: int, message: int) -> freshdesk.Conversation | None:
    for page in range(1, MOST_PAGES + 1):
        try:
            rows, more = await api.rows(
                f"/tickets/{ticket}/conversations", {"page": str(page), "per_page": "100"}
            )
        except BeyondTheWall:
            return None
        for row in rows:
            if isinstance(row, dict) and row.get("id") == message:
                return structured(row, freshdesk.Conversation)
        if not more:
            return None
    return None
