"""Messages of tickets, and their files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, tuple_

from helpdesk_adapters.storage.sql.dialects import Among, checked
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import conversations as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import AttachmentRow, ConversationRow
from helpdesk_adapters.storage.sql.types import NEVER
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, TicketId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.tickets import Channel

CONVERSATIONS = Kept(
    "conversation",
    ConversationRow,
    mapping.CONVERSATION,
    mapping.to_conversation,
    mapping.conversation_row,
    words="content_text",
)
ATTACHMENTS = Kept(
    "attachment", AttachmentRow, mapping.ATTACHMENT, mapping.to_attachment, mapping.attachment_row
)

NEWEST = 100
"""So many messages of each ticket are handed out with a list of tickets."""

TOLD, BEGINNING = 20, 5_000
"""So many messages of each are looked through for words, and so many characters of them."""

_NO_MESSAGE = UUID(int=0)

_c = CONVERSATIONS.c
_ORGANIZATION = bindparam("organization_id", type_=_c.organization_id.type)
_OF_TICKET = CONVERSATIONS.select.where(
    checked(_c.organization_id == _ORGANIZATION), _c.ticket_id == bindparam("ticket_id")
)
_RANKED = (
    select(
        _c.pk,
        func.row_number()
        .over(partition_by=_c.ticket_id, order_by=(_c.created_at.desc(), _c.id.desc()))
        .label("rank"),
    )
    .where(checked(_c.organization_id == _ORGANIZATION), Among(_c.ticket_id, "ids"))
    .subquery()
)
_last = CONVERSATIONS.table.alias("last")
_LAST_AT = (
    select(func.max(_last.c.created_at))
    .where(_last.c.id == bindparam("after_id", type_=_c.id.type), _last.c.organization_id == _ORGANIZATION)
    .scalar_subquery()
)
_BEGINNING = bindparam("beginning", NEVER, type_=_c.created_at.type)
_PAGES = {
    (sort, after): Prepared(ordered(_OF_TICKET, _c.created_at, _c.id, Page(sort=sort), after=after))
    for sort in ("created_at", "-created_at")
    for after in (False, True)
}


class ConversationReads(Repository):
    _BEHIND = Prepared(
        _OF_TICKET.where(
            tuple_(_c.created_at, _c.id)
            > tuple_(func.coalesce(_LAST_AT, _BEGINNING), bindparam("after_id", type_=_c.id.type))
        )
        .order_by(_c.created_at, _c.id)
        .limit(bindparam(LIMIT))
    )
    _BY_MESSAGE_ID = CONVERSATIONS.where(
        _c.organization_id == _ORGANIZATION,
        _c.message_id == bindparam("message_id"),
        _c.message_id.is_not(None),
    )
    _BY_EXTERNAL_ID = CONVERSATIONS.where(
        _c.organization_id == _ORGANIZATION,
        _c.channel == bindparam("channel"),
        _c.external_id == bindparam("external_id"),
        _c.external_id.is_not(None),
    )
    _BY_EXTERNAL_IDS = Prepared(
        select(_c.external_id, _c.id).where(
            _c.organization_id == _ORGANIZATION,
            _c.channel == bindparam("channel"),
            Among(_c.external_id, "external_ids"),
            _c.external_id.is_not(None),
        )
    )
    _BY_MESSAGE_IDS = Prepared(
        select(_c.message_id, _c.id).where(
            _c.organization_id == _ORGANIZATION,
            Among(_c.message_id, "message_ids"),
            _c.message_id.is_not(None),
        )
    )
    _NEWEST = Prepared(
        CONVERSATIONS.select.join(_RANKED, _RANKED.c.pk == _c.pk)
        .where(_RANKED.c.rank <= NEWEST)
        .order_by(_c.created_at, _c.id)
    )
    _TEXTS = Prepared(
        select(_c.ticket_id, func.substr(_c.content_text, 1, BEGINNING))
        .join(_RANKED, _RANKED.c.pk == _c.pk)
        .where(_RANKED.c.rank <= TOLD)
        .order_by(_RANKED.c.rank)
    )
    _LAST_MAIL = Prepared(
        _OF_TICKET.where(_c.message_id.is_not(None)).order_by(_c.created_at.desc(), _c.id.desc()).limit(1)
    )
    _LAST_MAIL_IN = Prepared(
        _OF_TICKET.where(_c.message_id.is_not(None), _c.kind == Kind.INBOUND.value)
        .order_by(_c.created_at.desc(), _c.id.desc())
        .limit(1)
    )

    async def get(
        self, organization_id: OrganizationId, conversation_id: ConversationId
    ) -> Conversation | None:
        found = await CONVERSATIONS.get(self._db, conversation_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId, page: Page
    ) -> Slice[Conversation]:
        check_sort(page, "created_at")
        params = {"organization_id": organization_id, "ticket_id": ticket_id, **paging(page)}
        return cut(
            await CONVERSATIONS.every(self._db, _PAGES[page.sort, page.after is not None], params), page
        )

    async def behind(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        after_id: ConversationId | None,
        limit: int,
    ) -> Sequence[Conversation]:
        params = {
            "organization_id": organization_id,
            "ticket_id": ticket_id,
            "after_id": after_id or _NO_MESSAGE,
            LIMIT: limit,
        }
        return await CONVERSATIONS.every(self._db, self._BEHIND, params)

    async def of_tickets(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[Conversation]]:
        found: dict[TicketId, list[Conversation]] = {}
        params = {"organization_id": organization_id, "ids": ticket_ids}
        for conversation in await CONVERSATIONS.every(self._db, self._NEWEST, params):
            found.setdefault(conversation.ticket_id, []).append(conversation)
        return found

    async def texts_of(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[str]]:
        found: dict[TicketId, list[str]] = {}
        params = {"organization_id": organization_id, "ids": ticket_ids}
        for ticket_id, text in await self._db.rows(self._TEXTS, params):
            found.setdefault(ticket_id, []).append(text)
        return found

    async def by_message_id(self, organization_id: OrganizationId, message_id: str) -> Conversation | None:
        params = {"organization_id": organization_id, "message_id": message_id}
        return await CONVERSATIONS.first(self._db, self._BY_MESSAGE_ID, params)

    async def by_external_id(
        self, organization_id: OrganizationId, channel: Channel, external_id: str
    ) -> Conversation | None:
        params = {"organization_id": organization_id, "channel": channel.value, "external_id": external_id}
        return await CONVERSATIONS.first(self._db, self._BY_EXTERNAL_ID, params)

    async def by_external_ids(
        self, organization_id: OrganizationId, channel: Channel, external_ids: Sequence[str]
    ) -> Mapping[str, ConversationId]:
        if not external_ids:
            return {}
        params = {
            "organization_id": organization_id,
            "channel": channel.value,
            "external_ids": list(external_ids),
        }
        return {row[0]: row[1] for row in await self._db.rows(self._BY_EXTERNAL_IDS, params)}

    async def by_message_ids(
        self, organization_id: OrganizationId, message_ids: Sequence[str]
    ) -> Mapping[str, ConversationId]:
        if not message_ids:
            return {}
        params = {"organization_id": organization_id, "message_ids": list(message_ids)}
        return {row[0]: row[1] for row in await self._db.rows(self._BY_MESSAGE_IDS, params)}

    async def last_mail(self, organization_id: OrganizationId, ticket_id: TicketId) -> Conversation | None:
        params = {"organization_id": organization_id, "ticket_id": ticket_id}
        found = await CONVERSATIONS.first(self._db, self._LAST_MAIL_IN, params)
        return found or await CONVERSATIONS.first(self._db, self._LAST_MAIL, params)


class Conversations(ConversationReads):
    async def add(self, conversation: Conversation) -> None:
        name = conversation.mail.message_id or conversation.external_id or conversation.id
        await CONVERSATIONS.add(self._db, conversation, f"A message with the id {name} exists already.")

    async def add_all(self, conversations: Sequence[Conversation]) -> None:
        await CONVERSATIONS.add_all(self._db, conversations)

    async def replace(self, conversation: Conversation) -> None:
        await CONVERSATIONS.replace(self._db, conversation)

    async def remove(self, organization_id: OrganizationId, conversation_id: ConversationId) -> None:
        if await self.get(organization_id, conversation_id) is not None:
            await self._db.catch_up()  # its words must not be indexed after it is gone
            await CONVERSATIONS.remove(self._db, conversation_id)


class AttachmentReads(Repository):
    _OF_TICKET = ATTACHMENTS.where(
        checked(ATTACHMENTS.c.organization_id == _ORGANIZATION),
        ATTACHMENTS.c.ticket_id == bindparam("ticket_id"),
        ATTACHMENTS.c.ticket_id.is_not(None),
    )
    _MANY = ATTACHMENTS.where(
        checked(ATTACHMENTS.c.organization_id == _ORGANIZATION), Among(ATTACHMENTS.c.id, "ids")
    )
    _NAMED = Prepared(
        select(ATTACHMENTS.c.digest)
        .where(
            ATTACHMENTS.c.organization_id == _ORGANIZATION,
            Among(ATTACHMENTS.c.digest, "digests"),
            ATTACHMENTS.c.digest.is_not(None),
        )
        .distinct()
    )
    _LOOSE = Prepared(
        ATTACHMENTS.select.where(
            ATTACHMENTS.c.conversation_id.is_(None),
            ATTACHMENTS.c.ticket_id.is_(None),
            ATTACHMENTS.c.created_at < bindparam("before"),
        )
        .order_by(ATTACHMENTS.c.created_at)
        .limit(bindparam(LIMIT))
    )

    async def get(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> Attachment | None:
        found = await ATTACHMENTS.get(self._db, attachment_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Mapping[AttachmentId, Attachment]:
        params = {"organization_id": organization_id, "ids": ids}
        return {found.id: found for found in await ATTACHMENTS.every(self._db, self._MANY, params)}

    async def named(self, organization_id: OrganizationId, digests: Sequence[str]) -> frozenset[str]:
        params = {"organization_id": organization_id, "digests": digests}
        return frozenset(row[0] for row in await self._db.rows(self._NAMED, params))

    async def loose(self, before: datetime, limit: int) -> Sequence[Attachment]:
        return await ATTACHMENTS.every(self._db, self._LOOSE, {"before": before, LIMIT: limit})

    async def of_ticket(self, organization_id: OrganizationId, ticket_id: TicketId) -> Sequence[Attachment]:
        params = {"organization_id": organization_id, "ticket_id": ticket_id}
        return await ATTACHMENTS.every(self._db, self._OF_TICKET, params)


class Attachments(AttachmentReads):
    async def add(self, attachment: Attachment) -> None:
        await ATTACHMENTS.add(self._db, attachment, f"There is an attachment {attachment.id} already.")

    async def add_all(self, attachments: Sequence[Attachment]) -> None:
        await ATTACHMENTS.add_all(self._db, attachments)

    async def replace(self, attachment: Attachment) -> None:
        await ATTACHMENTS.replace(self._db, attachment)

    async def remove(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> None:
        if await self.get(organization_id, attachment_id) is not None:
            await ATTACHMENTS.remove(self._db, attachment_id)
