"""Conversations.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from attrs import frozen
from httpx2 import Response

from helpdesk_core.conversations import Kind
from helpdesk_core.tickets import Status
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import ConversationView
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class TemplateChoice:
    """A text that the provider has approved beforehand, with what is filled into it."""

    name: str
    language: str
    variables: Sequence[str] | Unset = UNSET
    """In the order in which the text has them."""


@frozen
class Conversations:
    """Conversations."""

    _calls: Calls

    def list(
        self,
        ticket_id: UUID | str,
        *,
        limit: int | None = None,
        remote_images: Literal["block", "show"] | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[ConversationView]:
        """List a ticket's messages, the oldest first.

        limit: How many at the most.
        remote_images: `show`: images from elsewhere are fetched by whoever shows the HTML, and
        their senders know of it.
        """
        return self._calls.pages(
            ConversationView,
            f"/api/v1/tickets/{segment(ticket_id)}/conversations",
            {"limit": limit, "remote_images": remote_images, "sort": sort},
        )

    async def create(
        self,
        ticket_id: UUID | str,
        *,
        kind: Kind | Unset = UNSET,
        text: str | None | Unset = UNSET,
        html: str | None | Unset = UNSET,
        content: Mapping[str, Any] | None | Unset = UNSET,
        attachment_ids: Sequence[UUID] | Unset = UNSET,
        cc: Sequence[str] | None | Unset = UNSET,
        bcc: Sequence[str] | Unset = UNSET,
        status: Status | None | Unset = UNSET,
        template: TemplateChoice | None | Unset | Mapping[str, Any] = UNSET,
        translate_to: str | None | Unset = UNSET,
        suggestion_id: UUID | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> ConversationView:
        """Answer a ticket, note something on it, or add a customer's message.

        A reply leaves over the ticket's own channel, else by e-mail; `delivery` says how far it has
        come.

        kind: `reply` goes to the customer, `note` stays, `inbound` is the customer's.
        text: Plain text; blank lines part paragraphs.
        html: Sanitized before it is kept.
        content: A ProseMirror document.
        cc: Who gets a copy of a reply; left out: the ticket's followers by mail; an empty list:
        nobody.
        status: The ticket's status after this message.
        template: For a reply over WhatsApp, which takes nothing else once the customer's last
        message is a day old.
        translate_to: The language that a reply is to leave in; it waits until it is translated.
        What was written is kept as its `translation`.
        suggestion_id: The suggestion that a reply was made of; it is used, or edited, with it.
        """
        answered: ConversationView = await self._calls.answer(
            ConversationView,
            "POST",
            f"/api/v1/tickets/{segment(ticket_id)}/conversations",
            body={
                "kind": kind,
                "text": text,
                "html": html,
                "content": content,
                "attachment_ids": attachment_ids,
                "cc": cc,
                "bcc": bcc,
                "status": status,
                "template": template,
                "translate_to": translate_to,
                "suggestion_id": suggestion_id,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(
        self, conversation_id: UUID | str, *, remote_images: Literal["block", "show"] | None = None
    ) -> ConversationView:
        """Read a message.

        `new_text` and `new_html` are what was written for it, `content_text` and `content_html` the
        whole. Shown by
        default, the HTML tells nobody outside that it was looked at.

        remote_images: `show`: images from elsewhere are fetched by whoever shows the HTML, and
        their senders know of it.
        """
        answered: ConversationView = await self._calls.answer(
            ConversationView,
            "GET",
            f"/api/v1/conversations/{segment(conversation_id)}",
            query={"remote_images": remote_images},
        )
        return answered

    async def retry_delivery(
        self, conversation_id: UUID | str, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Try a failed answer again."""
        answered: ConversationView = await self._calls.answer(
            ConversationView,
            "POST",
            f"/api/v1/conversations/{segment(conversation_id)}/retry",
            key=idempotency_key or True,
        )
        return answered

    async def redact(
        self,
        conversation_id: UUID | str,
        *,
        text: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> ConversationView:
        """Black out words of a message, for good.

        Each line of `text` is blacked out wherever it stands, whatever its case; without `text` the
        whole message is, and
        its files are removed. Nothing brings them back, and a search no longer finds them.

        text: Plain text; blank lines part paragraphs.
        """
        answered: ConversationView = await self._calls.answer(
            ConversationView,
            "POST",
            f"/api/v1/conversations/{segment(conversation_id)}/redact",
            body={"text": text},
            key=idempotency_key or True,
        )
        return answered

    async def translate(
        self, conversation_id: UUID | str, *, language: str, idempotency_key: str | None = None
    ) -> ConversationView:
        """Have a message translated.

        `translation` is there at once, `pending`; it is `translated`, with its text, or `failed` a
        little later, which
        `conversation.updated` tells. A message has one translation: another language takes its
        place. 409 where nothing
        here translates, and for an answer that was translated for the customer.

        language: ISO 639-1.
        """
        answered: ConversationView = await self._calls.answer(
            ConversationView,
            "POST",
            f"/api/v1/conversations/{segment(conversation_id)}/translate",
            body={"language": language},
            key=idempotency_key or True,
        )
        return answered

    async def download_raw(self, conversation_id: UUID | str) -> Response:
        """Download the mail that a message came as, as an `.eml` file.

        Not there for messages that did not come by mail, and after words of the message were
        blacked out.
        """
        return await self._calls.response(
            "GET", f"/api/v1/conversations/{segment(conversation_id)}/raw", 206, 304
        )
