"""Files of messages, fetched with the app's own access (api.slack.com/types/file)."""

from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.messaging.slack.client import TOKEN, SlackApi
from helpdesk_adapters.messaging.slack.messages import BY_ID, EXTERNAL, remote
from helpdesk_adapters.messaging.slack.payloads import File
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.messages import FetchedFile, OpenAccount
from helpdesk_core.webhooks import UnreadableDelivery

HOST: Final = "files.slack.com"
PAGES: Final = (".html", ".htm", ".xhtml")
LOG_IN_AGAIN: Final = (
    "Slack shows its log-in page in the file's place: connect the workspace again (the app needs files:read)."
)


@frozen
class SlackFiles:
    """A FileSource. The token goes to Slack's host of files only, and to the API; nowhere else is fetched from."""

    api: SlackApi

    async def fetch(self, reference: str, account: OpenAccount | None, limit: int) -> FetchedFile:
        """As FileSource has it."""
        if reference.startswith(EXTERNAL):
            raise GiveUp("The file is kept by somebody else than Slack, where the desk does not fetch.")
        if account is None:
            raise GiveUp("The Slack workspace is not connected.")
        url, file = reference, File("")
        if reference.startswith(BY_ID):
            file = await self._looked_up(reference.removeprefix(BY_ID), account)
            url = remote(file).reference
            if url.startswith((EXTERNAL, BY_ID)):
                raise GiveUp("Slack does not show the app where the file is.")
        self.api.require_slack(url, HOST)
        answer = await self.api.http.request(
            "GET", url, {"authorization": f"Bearer {account.secrets.get(TOKEN, '')}"}, limit=limit
        )
        if not answer.ok:
            raise GiveUp(f"Slack does not hand out the file (status {answer.status}).")
        media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if _is_page(media, answer.body) and not _is_a_pages_name(url):
            raise GiveUp(LOG_IN_AGAIN)
        return FetchedFile(answer.body, file.mimetype or media, file.name)

    async def _looked_up(self, file_id: str, account: OpenAccount) -> File:
        told: Any = (await self.api.read("files.info", account, file=file_id)).get("file")
        try:
            return structured(told, File)
        except UnreadableDelivery as error:
            raise GiveUp("Slack does not tell of the file.") from error


def _is_page(media: str, content: bytes) -> bool:
    head = content[:200].lstrip().lower()
    return media == "text/html" or head.startswith((b"<!doctype html", b"<html"))


def _is_a_pages_name(url: str) -> bool:
    return url.partition("?")[0].lower().endswith(PAGES)
