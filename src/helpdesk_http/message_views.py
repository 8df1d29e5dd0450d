"""What the API shows of messages: who wrote them, what they say, their files, and where they came from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import (
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    Kind,
    MailHeaders,
)
from helpdesk_core.email.authentication import Verdict
from helpdesk_core.email.images import content_key, shown_document, shown_html
from helpdesk_core.email.new_html import new_html_shown
from helpdesk_core.letters import subject_of
from helpdesk_core.tickets import Channel
from helpdesk_http.afterword_views import ReactionView, VersionView, afterviews
from helpdesk_http.fields import About


@frozen
class AuthorView:
    """Who wrote a message."""

    type: AuthorType
    id: UUID | None
    name: str
    avatar_url: str | None
    role: AuthorRole


@frozen
class AttachmentView:
    """A file of a message."""

    id: UUID
    filename: str
    content_type: str
    size: int
    state: Annotated[
        str,
        About(doc="`pending` while it is fetched from its provider, `stored`, or `failed`: see `detail`."),
    ]
    detail: Annotated[str | None, About(doc="Why it could not be had.")]
    inline: bool
    content_id: str | None


@frozen
class DeliveryView:
    """How far an answer has come, with a sentence where one is needed."""

    state: DeliveryState
    detail: str | None


@frozen
class TranslationView:
    """A message in another language. Of a reply that was written to be translated: what its agent wrote."""

    language: str
    text: Annotated[str | None, About(doc="Plain text; null as long as there is none.")]
    state: Annotated[
        str,
        About(
            doc="`pending`, `translated`, `failed`, or `not_configured` where nothing here translates. A reply that was"
            " written to be translated does not leave before it is `translated`."
        ),
    ]


@frozen
class AuthenticationView:
    """What is known of where a mail came from (SPF, DKIM, DMARC)."""

    spf: Verdict
    dkim: Verdict
    dmarc: Verdict
    policy: Annotated[
        str | None, About(doc="What the sender's domain wants done with mail that fails DMARC.")
    ]
    aligned: Annotated[Sequence[str], About(doc="Domains of the sender that a check vouches for.")]
    server: Annotated[
        str | None, About(doc="Which server says so; null: it does not say, or it is the desk.")
    ]
    by_us: Annotated[bool, About(doc="The desk looked at the signatures itself.")]
    trusted: Annotated[bool, About(doc="It is proof; anything else is a hint, which anybody can write.")]


@frozen
class MailView:
    """The headers of the mail that brought a message, or that carries it; addresses without names."""

    from_: str | None
    to: Sequence[str]
    cc: Sequence[str]
    bcc: Sequence[str]
    subject: str | None
    message_id: Annotated[str | None, About(doc="Without angle brackets.")]


@frozen
class ConversationView:
    """One message of a ticket."""

    id: UUID
    ticket_id: UUID
    kind: Kind
    channel: Channel
    author: AuthorView
    content: Annotated[Mapping[str, Any], About(doc="A ProseMirror document.")]
    content_text: str
    content_html: Annotated[
        str,
        About(
            doc="Sanitized: safe to show as it is. Images that came along are at `/api/v1/attachments/{id}/content`; "
            "those from elsewhere bear their address as `data-remote-src`, unless `remote_images=show`."
        ),
    ]
    new_text: Annotated[str, About(doc="What was written for this message, without what it quotes.")]
    new_html: Annotated[str, About(doc="The same as HTML, safe to show as `content_html` is.")]
    quoted: Annotated[bool, About(doc="Whether the whole says more than the new part.")]
    raw_url: Annotated[
        str | None,
        About(doc="Where the mail is as it came, for whoever may read it here; null: there is none."),
    ]
    language: str | None
    translation: TranslationView | None
    attachments: Sequence[AttachmentView]
    delivery: Annotated[DeliveryView | None, About(doc="Null for messages that do not leave the desk.")]
    mail: Annotated[MailView | None, About(doc="Null for what is no mail.")]
    cc: Sequence[str]
    bcc: Sequence[str]
    warnings: Annotated[Sequence[str], About(doc="What an agent should know of this message.")]
    authentication: Annotated[
        AuthenticationView | None, About(doc="Of a mail that came in; null: nothing is known.")
    ]
    created_at: datetime
    redacted_at: Annotated[datetime | None, About(doc="When words of it were blacked out.")]
    edited_at: Annotated[datetime | None, About(doc="When its author changed it last, at its provider.")]
    deleted_at: Annotated[
        datetime | None, About(doc="When its author took it back there: its words and files are gone.")
    ]
    versions: Annotated[
        Sequence[VersionView], About(doc="How it stood before its edits, the first one first.")
    ]
    reactions: Annotated[Sequence[ReactionView], About(doc="Signs that stand on it.")]
    marks: Annotated[
        Mapping[str, Any],
        About(doc="What else its provider tells of it, by the provider's habit: a place, a pressed button."),
    ]


def conversation_view(
    conversation: Conversation, attachments: Mapping[Any, Attachment], *, remote_images: bool = False
) -> ConversationView:
    author, delivery = conversation.author, conversation.delivery
    images = images_of(conversation, attachments)
    html = shown_html(conversation.content_html, images, remote=remote_images)
    new_html = new_html_shown(conversation)
    told = afterviews(conversation)
    return ConversationView(
        id=conversation.id,
        ticket_id=conversation.ticket_id,
        kind=conversation.kind,
        channel=conversation.channel,
        author=AuthorView(author.type, author.id, author.name, author.avatar_url, author.role),
        content=shown_document(conversation.content, images),
        content_text=conversation.content_text,
        content_html=html,
        new_text=conversation.content_text if conversation.new_text is None else conversation.new_text,
        new_html=html if new_html is None else shown_html(new_html, images, remote=remote_images),
        quoted=new_html is not None,
        raw_url=f"/api/v1/conversations/{conversation.id}/raw" if conversation.raw_id else None,
        language=conversation.language,
        translation=_translation(conversation),
        attachments=[
            attachment_view(attachments[id_]) for id_ in conversation.attachment_ids if id_ in attachments
        ],
        delivery=DeliveryView(delivery.state, delivery.detail) if delivery else None,
        mail=_mail(conversation),
        cc=conversation.mail.cc,
        bcc=conversation.mail.bcc,
        warnings=conversation.warnings,
        authentication=authentication_view(conversation.metadata.get("authentication")),
        created_at=conversation.created_at,
        redacted_at=conversation.redacted_at,
        edited_at=told.edited_at,
        deleted_at=told.deleted_at,
        versions=told.versions,
        reactions=told.reactions,
        marks=told.marks,
    )


def _mail(conversation: Conversation) -> MailView | None:
    headers = conversation.mail
    if headers == NO_MAIL:
        return None
    subject = subject_of(conversation)
    return MailView(headers.from_, headers.to, headers.cc, headers.bcc, subject, headers.message_id)


NO_MAIL = MailHeaders()


def authentication_view(told: Mapping[str, Any] | None) -> AuthenticationView | None:
    """Of what is kept with a mail, see `helpdesk_core.email.authentication.as_told`."""
    if told is None:
        return None
    verdicts = {name: Verdict(told[name]) for name in ("spf", "dkim", "dmarc")}
    return AuthenticationView(**{**told, **verdicts})


def images_of(conversation: Conversation, attachments: Mapping[Any, Attachment]) -> dict[str, str]:
    """Where the message's own images are, by the names that its HTML has for them."""
    files = (attachments[id_] for id_ in conversation.attachment_ids if id_ in attachments)
    return {
        content_key(file.content_id): f"/api/v1/attachments/{file.id}/content"
        for file in files
        if file.content_id is not None and file.digest is not None
    }


def _translation(conversation: Conversation) -> TranslationView | None:
    found = conversation.translation
    return None if found is None else TranslationView(found.language, found.text, found.state.value)


def attachment_view(attachment: Attachment) -> AttachmentView:
    return AttachmentView(
        id=attachment.id,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        state=attachment.state.value,
        detail=attachment.detail,
        inline=attachment.inline,
        content_id=attachment.content_id,
    )
