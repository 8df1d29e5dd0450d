"""Resend's API: received mails fetched, answers sent (resend.com/docs/api-reference)."""

import mimetypes
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import anyio
import structlog
from attrs import evolve

from helpdesk_adapters.email.resend.payloads import Created, File, FileList, Problem, Received, SentMail
from helpdesk_adapters.email.resend.translate import mail_of
from helpdesk_adapters.web import MIB, Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.addresses import format_address
from helpdesk_core.charsets import one_line
from helpdesk_core.email import Mail, MailPart, OutgoingMail
from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import GiveUp, TryLater, short_error
from helpdesk_core.message_ids import message_ids
from helpdesk_core.ports.mail import Accepted
from helpdesk_core.webhooks import UnreadableDelivery

API = "https://api.resend.com"
LARGEST_MAIL = 50 * MIB
"""Bytes of all attachments of one received mail that are kept; Resend itself takes 40 MB at most."""
MOST_FILES = 500
MOST_RECIPIENTS = 50
LONGEST_WAIT = 5.0
"""Seconds to wait for an attachment within one call; a longer wait is the job engine's."""

T = TypeVar("T")
log = structlog.get_logger()


class ResendMail:
    """A MailSource and a MailSender over Resend's API.

    `pauses`: the seconds between the tries to get one attachment, within one call of `fetch`.
    """

    def __init__(
        self,
        http: OutgoingHttp,
        api_key: str | None,
        base: str = API,
        pauses: Sequence[float] = (0.5, 2.0),
        largest_mail: int = LARGEST_MAIL,
    ) -> None:
        self._http = http.trusting(base)
        self._api_key = api_key
        self._base = base.rstrip("/")
        self._pauses = tuple(pauses)
        self._largest_mail = largest_mail

    async def fetch(self, external_id: str, envelope: Mail) -> Mail:
        """As MailSource has it. A mail that Resend does not know is TryLater: its webhook may be ahead of it."""
        path = f"/emails/receiving/{quote(external_id, safe='')}"
        received = await self._get(f"{path}?html_format=cid", Received)
        parts, warnings = await self._files(path, received.attachments)
        return mail_of(received, envelope, parts, warnings)

    async def send(self, mail: OutgoingMail, key: str) -> Accepted:
        """As MailSender has it. Resend keeps the key for 24 hours; so long the same mail is sent once."""
        if len(mail.to) + len(mail.cc) + len(mail.bcc) > MOST_RECIPIENTS:
            raise GiveUp(f"Resend takes at most {MOST_RECIPIENTS} recipients a mail.")
        headers = {**self._authorization(), "idempotency-key": key}
        url = f"{self._base}/emails"
        answer = await self._http.request(
            "POST", url, headers, json=payload_of(mail), seconds=60, any_status=True
        )
        email_id = self._read(answer, Created).id
        return Accepted(email_id or None, await self._assigned_id(email_id) if email_id else None)

    async def _assigned_id(self, email_id: str) -> str | None:
        """The Message-ID that the mail bears outside. Where it cannot be had now, a webhook brings it: the mail is
        Resend's already, and nothing about that may fail any more.
        """
        try:
            with anyio.fail_after(LONGEST_WAIT):
                sent = await self._get(f"/emails/{quote(email_id, safe='')}", SentMail)
        except (TryLater, GiveUp, TimeoutError) as error:
            log.info("resend_id_unknown", email_id=email_id, error=short_error(error))
            return None
        ids = message_ids(sent.message_id)
        return ids[0] if ids else None

    async def _files(self, path: str, announced: Sequence[File] | None) -> tuple[list[MailPart], list[str]]:
        """The attachments, and a sentence for each that could not be had."""
        if announced is not None and not announced:
            return [], []
        try:
            files = await self._patiently(lambda _: self._listed(path))
        except (TryLater, GiveUp) as error:
            _raise_if_rate_limited(error)
            names = ", ".join(one_line(file.filename) or file.id for file in announced or ())
            return [], [f"The attachments could not be fetched ({names or 'if there are any'}): {error}"]
        parts: list[MailPart] = []
        warnings: list[str] = []
        left = self._largest_mail
        for number, file in enumerate(files, 1):
            part = _part(file, number)
            try:
                content = await self._content(path, file, left)
            except (TryLater, GiveUp) as error:
                _raise_if_rate_limited(error)
                warnings.append(f"The attachment {part.filename} could not be fetched: {error}")
                parts.append(evolve(part, failure=str(error)))
            else:
                parts.append(evolve(part, content=content))
                left -= len(content)
        return parts, warnings

    async def _listed(self, path: str) -> list[File]:
        files: dict[str, File] = {}
        after = ""
        while len(files) < MOST_FILES:
            page = await self._get(f"{path}/attachments?limit=100{after}", FileList)
            new = {file.id: file for file in page.data if file.id not in files}
            files |= new
            if not page.has_more or not new:
                break
            after = f"&after={quote(page.data[-1].id, safe='')}"
        return list(files.values())

    async def _content(self, path: str, file: File, limit: int) -> bytes:
        async def attempt(number: int) -> bytes:
            link = file.download_url
            if number or not link:  # another link for another try: the first may have expired
                link = (await self._get(f"{path}/attachments/{quote(file.id, safe='')}", File)).download_url
            if not link:
                raise TryLater("Resend names no place to download it from.")
            return await self._http.download(link, limit, redirects=2)

        return await self._patiently(attempt)

    async def _patiently(self, attempt: Callable[[int], Awaitable[T]]) -> T:
        for number, pause in enumerate(self._pauses):
            try:
                return await attempt(number)
            except TryLater as error:
                asked = error.after.total_seconds() if error.after is not None else 0.0
                if asked > LONGEST_WAIT:
                    raise
                await anyio.sleep(max(asked, pause))
        return await attempt(len(self._pauses))

    async def _get(self, path: str, cls: type[T]) -> T:
        answer = await self._http.request("GET", self._base + path, self._authorization(), any_status=True)
        if answer.status in (401, 403, 404):  # the operator mends the key, or the mail turns up
            raise TryLater(self._told(answer, _problem(answer)))
        return self._read(answer, cls)

    def _read(self, answer: Answer, cls: type[T]) -> T:
        """What was answered, or the error that it means."""
        if answer.ok:
            try:
                return structured(read_object(answer.body), cls)
            except UnreadableDelivery as error:
                raise TryLater(f"{answer.host} answered something else: {error}") from error
        busy, problem = answer.busy(), _problem(answer)
        told = self._told(answer, problem)
        if answer.status == 429:
            raise _RateLimited(told, busy.after if busy else None)
        if busy is not None or problem.name == "concurrent_idempotent_requests":
            raise TryLater(told, busy.after if busy else None)
        raise GiveUp(told)

    def _told(self, answer: Answer, problem: Problem) -> str:
        told = one_line(f"{problem.name} {problem.message}")[:300]
        return f"Resend answered {answer.status} {told}".strip().replace(self._api_key or "\0", "…")

    def _authorization(self) -> dict[str, str]:
        if not self._api_key:
            raise MissingSetting(
                "RESEND_API_KEY", "mail can be neither fetched from Resend nor sent through it"
            )
        return {"authorization": f"Bearer {self._api_key}"}


def payload_of(mail: OutgoingMail) -> dict[str, Any]:
    """The mail as `POST /emails` takes it."""
    payload = {
        "from": format_address(mail.from_),
        "to": [format_address(address) for address in mail.to],
        "cc": [format_address(address) for address in mail.cc],
        "bcc": [format_address(address) for address in mail.bcc],
        "reply_to": [format_address(mail.reply_to)] if mail.reply_to else [],
        "html": mail.html,
        "headers": _headers(mail),
        "attachments": [_attachment(part) for part in mail.attachments],
        "tags": [{"name": name, "value": value} for name, value in mail.marks.items()],
    }
    given = {name: value for name, value in payload.items() if value}
    return {**given, "subject": mail.subject, "text": mail.text}


def _headers(mail: OutgoingMail) -> dict[str, str]:
    """Those that Resend does not make itself; ids beyond ASCII, which some senders make up, are left out."""
    headers = {
        "Message-ID": f"<{mail.message_id}>",
        "In-Reply-To": _chain((mail.in_reply_to,) if mail.in_reply_to else ()),
        "References": _chain(mail.references),
        **mail.asks_for_silence,
    }
    return {name: value for name, value in headers.items() if value}


def _chain(ids: Sequence[str]) -> str:
    return " ".join(f"<{one}>" for one in ids if one.isascii())


class _RateLimited(TryLater):
    """Too many requests a second: nothing is wrong with the mail, only with the moment."""


def _problem(answer: Answer) -> Problem:
    try:
        return structured(read_object(answer.body), Problem)
    except UnreadableDelivery:
        return Problem()  # a proxy's page, say; the status tells enough


def _raise_if_rate_limited(error: Exception) -> None:
    if isinstance(error, _RateLimited):
        raise error


def _attachment(part: MailPart) -> dict[str, str]:
    given = {
        "filename": part.filename,
        "content": b64encode(part.content).decode(),
        "content_type": part.content_type,
        "content_id": (part.content_id if part.inline else None) or "",
    }
    return {name: value for name, value in given.items() if value}


def _part(file: File, number: int) -> MailPart:
    """The attachment without its bytes."""
    claimed = file.content_type.partition(";")[0].strip().lower()
    content_type = (
        claimed if claimed.count("/") == 1 and claimed.isprintable() else "application/octet-stream"
    )
    return MailPart(
        filename=one_line(file.filename)
        or f"attachment-{number}{mimetypes.guess_extension(content_type) or ''}",
        content_type=content_type,
        content=b"",
        content_id=file.content_id.strip().strip("<>").strip() or None,
        inline=content_type.startswith("image/") and file.content_disposition.lower().startswith("inline"),
    )
