"""What an organization has, told in the language in which imports bring things: the other way round, and total.

Every id is our own, as a text. What an earlier import brought is told as it is here, with where it came from first.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from helpdesk_core.articles import Article
from helpdesk_core.attachments import Attachment, AttachmentState
from helpdesk_core.conversations import AuthorType, Conversation, Translation, TranslationState
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.customers import Customer
from helpdesk_core.ids import AttachmentId
from helpdesk_core.imports.brought import (
    BroughtAction,
    BroughtArticle,
    BroughtCustomer,
    BroughtField,
    BroughtFile,
    BroughtIdentity,
    BroughtMacro,
    BroughtMessage,
    BroughtRating,
    BroughtTeam,
    BroughtTicket,
    BroughtTranslation,
    BroughtUser,
    Said,
    Speaker,
)
from helpdesk_core.macros import Macro
from helpdesk_core.satisfaction import SatisfactionRating
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.users import Role, User

IMPORTED: Final = "imported"
FROM: Final = "imported_from"
"""In metadata: where a ticket came from before it was here."""
FILES: Final = "files"

_SPEAKERS: Final[Mapping[AuthorType, Speaker]] = {
    AuthorType.CUSTOMER: Speaker.CUSTOMER,
    AuthorType.USER: Speaker.USER,
    AuthorType.API_KEY: Speaker.USER,
    AuthorType.SYSTEM: Speaker.SYSTEM,
}


def team_told(team: Team) -> BroughtTeam:
    return BroughtTeam(id=str(team.id), name=team.name)


def user_told(user: User, teams: Sequence[Team]) -> BroughtUser:
    """Without anything by which somebody could log in."""
    return BroughtUser(
        id=str(user.id),
        name=user.name,
        email=user.email,
        admin=user.role is Role.ADMIN,
        active=user.disabled_at is None,
        teams=tuple(str(team.id) for team in teams if user.id in team.member_ids),
    )


def customer_told(customer: Customer) -> BroughtCustomer:
    return BroughtCustomer(
        id=str(customer.id),
        name=customer.name,
        emails=customer.emails,
        phones=customer.phones,
        identities=tuple(BroughtIdentity(kind=one.kind, value=one.value) for one in customer.identities),
        company=customer.company,
        language=customer.language,
        country=customer.country,
        city=customer.city,
        blocked=customer.blocked,
        metadata=customer.metadata,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )


def field_told(field: CustomField) -> BroughtField:
    return BroughtField(
        id=str(field.id),
        key=field.name,
        label=field.label,
        type=field.type.value,
        options=field.options,
        required=field.required,
        position=field.position,
        active=field.active,
        description=field.description,
    )


def macro_told(macro: Macro) -> BroughtMacro:
    return BroughtMacro(
        id=str(macro.id),
        name=macro.name,
        actions=tuple(
            BroughtAction(do=one.do.value, value=one.value, field=one.field) for one in macro.actions
        ),
        description=macro.description,
        active=macro.active,
    )


def article_told(article: Article) -> BroughtArticle:
    return BroughtArticle(
        id=str(article.id),
        title=article.title,
        body=article.body.html,
        section=article.section,
        published=article.published,
        language=article.language,
        created_at=article.created_at,
        updated_at=article.updated_at,
    )


def ticket_told(
    ticket: Ticket,
    messages: Sequence[BroughtMessage],
    rating: SatisfactionRating | None,
    fields: Mapping[str, CustomField],
) -> BroughtTicket:
    """The ticket with what was said on it; `fields` are the organization's, by their keys."""
    origin = ticket.metadata.get(IMPORTED)
    before = origin if isinstance(origin, Mapping) else {}
    values = {_field_id(key, fields): value for key, value in ticket.custom_fields.items()}
    channel = str(before.get("channel", "")) if ticket.channel is Channel.IMPORT else ticket.channel.value
    return BroughtTicket(
        id=str(ticket.id),
        number=str(ticket.number),
        subject=ticket.subject,
        status=ticket.status.value,
        priority=ticket.priority.value,
        channel=channel,
        customer_id=str(ticket.customer_id),
        assignee_id=_text(ticket.assignee_id),
        team_id=_text(ticket.team_id),
        tags=ticket.tags,
        fields=values,
        followers=ticket.followers,
        language=ticket.language,
        metadata=_metadata(ticket.metadata, before),
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        messages=tuple(messages),
        rating=_rating(rating),
        merged_into=_text(ticket.merged_into_id),
        version=ticket.updated_at.isoformat(),
    )


def message_told(message: Conversation, files: Mapping[AttachmentId, Attachment]) -> BroughtMessage:
    """A message with its files, whose references are the digests of their bytes."""
    author = message.author
    known = author.type in (AuthorType.CUSTOMER, AuthorType.USER)
    by = {} if message.channel is Channel.IMPORT else {"channel": message.channel.value}
    return BroughtMessage(
        id=str(message.id),
        said=Said(message.kind.value),
        speaker=_SPEAKERS[author.type],
        speaker_id=_text(author.id) if known else None,
        speaker_name=author.name,
        text=message.content_text,
        html=message.content_html,
        created_at=message.created_at,
        files=tuple(_file(files[one]) for one in message.attachment_ids if one in files),
        message_id=message.mail.message_id,
        language=message.language,
        translation=_translation(message.translation),
        metadata={**message.metadata, **by},
    )


def _translation(translation: Translation | None) -> BroughtTranslation | None:
    """Where it is there; that somebody waits for one is no part of an export."""
    if (
        translation is None
        or translation.text is None
        or translation.state is not TranslationState.TRANSLATED
    ):
        return None
    return BroughtTranslation(language=translation.language, text=translation.text)


def _file(file: Attachment) -> BroughtFile:
    problem = None
    if file.state is not AttachmentState.STORED or file.digest is None:
        problem = file.detail or "It had not been fetched yet."
    return BroughtFile(
        id=str(file.id),
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        reference=file.digest or "",
        inline=file.inline,
        content_id=file.content_id,
        problem=problem,
    )


def _metadata(metadata: Mapping[str, Any], origin: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where it came from goes along, but for an export that it was brought from: that told it before."""
    told = {name: value for name, value in metadata.items() if name != IMPORTED}
    if origin and origin.get("source") != FILES and FROM not in told:
        told[FROM] = {name: value for name, value in origin.items() if name != "channel"}
    return told


def _rating(rating: SatisfactionRating | None) -> BroughtRating | None:
    if rating is None:
        return None
    return BroughtRating(score=rating.score.value, comment=rating.comment, created_at=rating.created_at)


def _field_id(key: str, fields: Mapping[str, CustomField]) -> str:
    return str(fields[key].id) if key in fields else key


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)
