"""Messages of tickets, and their files."""

from typing import Any
from uuid import UUID

from attrs import asdict

from helpdesk_adapters.storage.sql.mapping.tickets import CHANNEL
from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.attachments import Attachment, AttachmentState, FileOrigin
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    MailHeaders,
    Translation,
    TranslationState,
)
from helpdesk_core.ids import AttachmentId

CONVERSATION = (
    "id",
    "organization_id",
    "ticket_id",
    "kind",
    "channel",
    "author_type",
    "author_id",
    "author_name",
    "author_role",
    "author_avatar_url",
    "content",
    "content_text",
    "content_html",
    "created_at",
    "language",
    "delivery_state",
    "delivery_detail",
    "message_id",
    "mail",
    "attachment_ids",
    "external_id",
    "warnings",
    "meta",
    "origin_ticket_id",
    "redacted_at",
    "translation",
    "new_text",
    "new_html",
    "raw_id",
)


def to_conversation(row: Row) -> Conversation:
    (
        id,
        organization_id,
        ticket_id,
        kind,
        channel,
        author_type,
        author_id,
        author_name,
        author_role,
        author_avatar_url,
        content,
        content_text,
        content_html,
        created_at,
        language,
        delivery_state,
        delivery_detail,
        message_id,
        mail,
        attachment_ids,
        external_id,
        warnings,
        meta,
        origin_ticket_id,
        redacted_at,
        translation,
        new_text,
        new_html,
        raw_id,
    ) = row
    return Conversation(
        id=id,
        organization_id=organization_id,
        ticket_id=ticket_id,
        kind=Kind(kind),
        channel=CHANNEL[channel],
        author=Author(
            AuthorType(author_type), author_id, author_name, AuthorRole(author_role), author_avatar_url
        ),
        content=content,
        content_text=content_text,
        content_html=content_html,
        created_at=created_at,
        language=language,
        delivery=_to_delivery(delivery_state, delivery_detail),
        mail=_to_mail(message_id, mail),
        attachment_ids=tuple(AttachmentId(UUID(text)) for text in attachment_ids),
        external_id=external_id,
        warnings=tuple(warnings),
        metadata=meta,
        origin_ticket_id=origin_ticket_id,
        redacted_at=redacted_at,
        translation=_to_translation(translation),
        new_text=new_text,
        new_html=new_html,
        raw_id=raw_id,
    )


def conversation_row(conversation: Conversation) -> dict[str, Any]:
    author, delivery = conversation.author, conversation.delivery
    return {
        "id": conversation.id,
        "organization_id": conversation.organization_id,
        "ticket_id": conversation.ticket_id,
        "kind": conversation.kind.value,
        "channel": conversation.channel.value,
        "author_type": author.type.value,
        "author_id": author.id,
        "author_name": author.name,
        "author_role": author.role.value,
        "author_avatar_url": author.avatar_url,
        "content": conversation.content,
        "content_text": conversation.content_text,
        "content_html": conversation.content_html,
        "created_at": conversation.created_at,
        "language": conversation.language,
        "delivery_state": None if delivery is None else delivery.state.value,
        "delivery_detail": None if delivery is None else delivery.detail,
        "message_id": conversation.mail.message_id,
        "mail": _mail_row(conversation.mail),
        "attachment_ids": conversation.attachment_ids,
        "external_id": conversation.external_id,
        "warnings": conversation.warnings,
        "meta": conversation.metadata,
        "origin_ticket_id": conversation.origin_ticket_id,
        "redacted_at": conversation.redacted_at,
        "translation": _translation_row(conversation.translation),
        "new_text": conversation.new_text,
        "new_html": conversation.new_html,
        "raw_id": conversation.raw_id,
    }


def _to_delivery(state: str | None, detail: str | None) -> DeliveryStatus | None:
    return None if state is None else DeliveryStatus(DeliveryState(state), detail)


def _to_translation(kept: dict[str, Any] | None) -> Translation | None:
    if kept is None:
        return None
    return Translation(kept["language"], kept["text"], TranslationState(kept["state"]))


def _translation_row(translation: Translation | None) -> dict[str, Any] | None:
    if translation is None:
        return None
    return {"language": translation.language, "text": translation.text, "state": translation.state.value}


def _to_mail(message_id: str | None, mail: dict[str, Any]) -> MailHeaders:
    if not mail:
        return MailHeaders(message_id)
    return MailHeaders(
        message_id=message_id,
        in_reply_to=tuple(mail.get("in_reply_to", ())),
        references=tuple(mail.get("references", ())),
        from_=mail.get("from"),
        reply_to=tuple(mail.get("reply_to", ())),
        to=tuple(mail.get("to", ())),
        cc=tuple(mail.get("cc", ())),
        bcc=tuple(mail.get("bcc", ())),
        subject=mail.get("subject"),
    )


def _mail_row(mail: MailHeaders) -> dict[str, Any]:
    """The headers but for the message id, which has a column of its own; what is empty is left out."""
    headers = {
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "from": mail.from_,
        "reply_to": mail.reply_to,
        "to": mail.to,
        "cc": mail.cc,
        "bcc": mail.bcc,
        "subject": mail.subject,
    }
    return {name: value for name, value in headers.items() if value is not None and value != ()}


ATTACHMENT = (
    "id",
    "organization_id",
    "filename",
    "content_type",
    "size",
    "created_at",
    "digest",
    "ticket_id",
    "conversation_id",
    "content_id",
    "inline",
    "state",
    "detail",
    "external_id",
    "origin",
)


def to_attachment(row: Row) -> Attachment:
    (
        id,
        organization_id,
        filename,
        content_type,
        size,
        created_at,
        digest,
        ticket_id,
        conversation_id,
        content_id,
        inline,
        state,
        detail,
        external_id,
        origin,
    ) = row
    return Attachment(
        id=id,
        organization_id=organization_id,
        filename=filename,
        content_type=content_type,
        size=size,
        created_at=created_at,
        digest=digest,
        ticket_id=ticket_id,
        conversation_id=conversation_id,
        content_id=content_id,
        inline=inline,
        state=AttachmentState(state),
        detail=detail,
        external_id=external_id,
        origin=None if origin is None else FileOrigin(**origin),
    )


def attachment_row(attachment: Attachment) -> dict[str, Any]:
    return {
        "id": attachment.id,
        "organization_id": attachment.organization_id,
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "created_at": attachment.created_at,
        "digest": attachment.digest,
        "ticket_id": attachment.ticket_id,
        "conversation_id": attachment.conversation_id,
        "content_id": attachment.content_id,
        "inline": attachment.inline,
        "state": attachment.state.value,
        "detail": attachment.detail,
        "external_id": attachment.external_id,
        "origin": None if attachment.origin is None else asdict(attachment.origin),
    }
