"""What the store knows about where a letter belongs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from helpdesk_adapters.storage.sql.conversations import ATTACHMENTS, CONVERSATIONS
from helpdesk_adapters.storage.sql.dialects import EMPTY, Among, checked
from helpdesk_adapters.storage.sql.kept import Repository
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, Prepared, Row, inserting
from helpdesk_adapters.storage.sql.rows import MessageMentionRow, TicketParticipantRow, table
from helpdesk_adapters.storage.sql.ticket_lists import TICKETS
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.threads import Candidate, Evidence
from helpdesk_core.tickets import Status

MENTIONS = table(MessageMentionRow)
PARTICIPANTS = table(TicketParticipantRow)

MOST_ALIKE = 5
"""Tickets with the same subject that are handed out at most."""

LOOKED_AT = 50
"""The newest tickets of a subject that are looked at: many of them may have been merged into one."""

HELD, QUOTING, TOKEN, NUMBER, SUBJECT = "held", "quoting", "token", "number", "subject"

_t = TICKETS.c
_ORGANIZATION = bindparam("organization_id", type_=_t.organization_id.type)


def _pointers() -> Select[Any]:
    """Kind of evidence, the message id that gave it, and the ticket, which may have been merged since."""

    def pointer(kind: str, name: Any, ticket_id: Any) -> Select[Any]:
        given = literal_column(f"'{kind}'", Text)
        return select(given.label("kind"), name.label("name"), ticket_id.label("ticket_id"))

    c, m = CONVERSATIONS.c, MENTIONS.c
    alike = (
        select(_t.id)
        .where(
            _t.organization_id == _ORGANIZATION,
            _t.customer_id == bindparam("customer_id"),
            _t.subject_key == bindparam("subject_key"),
            _t.subject_key != EMPTY,
        )
        .order_by(_t.last_message_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    return select(
        union_all(
            pointer(HELD, c.message_id, c.ticket_id).where(
                c.organization_id == _ORGANIZATION, c.message_id.is_not(None), Among(c.message_id, "ids")
            ),
            pointer(QUOTING, m.message_id, m.ticket_id).where(
                m.organization_id == _ORGANIZATION, Among(m.message_id, "ids")
            ),
            pointer(TOKEN, EMPTY, _t.id).where(
                _t.organization_id == _ORGANIZATION, _t.number == bindparam("token_number")
            ),
            pointer(NUMBER, EMPTY, _t.id).where(
                _t.organization_id == _ORGANIZATION, _t.number == bindparam("subject_number")
            ),
            pointer(SUBJECT, EMPTY, alike.c.id),
        ).subquery()
    )


def _evidence() -> Select[Any]:
    """The pointers, with the tickets they point to in the end, along however long a chain of merges."""
    pointers = _pointers().cte("pointers", recursive=True)
    merged = select(pointers.c.kind, pointers.c.name, _t.merged_into_id).where(
        _t.id == pointers.c.ticket_id, _t.merged_into_id.is_not(None)
    )
    chain = pointers.union(merged)
    return (
        select(
            chain.c.kind,
            chain.c.name,
            _t.id,
            _t.number,
            _t.status,
            _t.customer_id,
            _t.subject_key,
            _t.last_message_at,
            _t.created_at,
            _t.kept_apart,
        )
        .join(chain, chain.c.ticket_id == _t.id)
        .where(checked(_t.organization_id == _ORGANIZATION), _t.merged_into_id.is_(None))
        .order_by(_t.number)
    )


class ThreadReads(Repository):
    _EVIDENCE = Prepared(_evidence())
    _TAKING_PART = Prepared(
        select(PARTICIPANTS.c.ticket_id, PARTICIPANTS.c.customer_id).where(
            Among(PARTICIPANTS.c.ticket_id, "ids")
        )
    )

    async def evidence(self, organization_id: OrganizationId, query: ThreadQuery) -> Evidence:
        """Two statements, however many ids there are."""
        params = {
            "organization_id": organization_id,
            "ids": query.ids,
            "token_number": query.token_number,
            "subject_number": query.subject_number,
            "customer_id": query.customer_id,
            "subject_key": query.subject_key,
        }
        found = await self._db.rows(self._EVIDENCE, params)
        if not found:
            return Evidence()
        taking_part: dict[Any, set[Any]] = defaultdict(set)
        for ticket_id, customer_id in await self._db.rows(
            self._TAKING_PART, {"ids": [row[2] for row in found]}
        ):
            taking_part[ticket_id].add(customer_id)
        by_kind: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
        for row in found:
            by_kind[row[0]][row[1]].append(_candidate(row, taking_part[row[2]]))
        alike = [
            one for one in by_kind[SUBJECT][""] if query.since is None or one.last_message_at >= query.since
        ]
        alike.sort(key=lambda one: (one.last_message_at, one.number), reverse=True)
        return Evidence(
            by_token=next(iter(by_kind[TOKEN][""]), None),
            by_message={name: tuple(tickets) for name, tickets in by_kind[HELD].items()},
            by_mention={name: tuple(tickets) for name, tickets in by_kind[QUOTING].items()},
            by_number=next(iter(by_kind[NUMBER][""]), None),
            by_subject=tuple(alike[:MOST_ALIKE]),
        )


def _candidate(row: Row, taking_part: set[Any]) -> Candidate:
    _, _, id, number, status, customer_id, subject_key, last_message_at, created_at, kept_apart = row
    return Candidate(
        ticket_id=id,
        number=number,
        closed=status == Status.CLOSED,
        participants=frozenset({customer_id, *taking_part}),
        subject_key=subject_key,
        last_message_at=last_message_at or created_at,
        kept_apart=kept_apart,
    )


class Threads(ThreadReads):
    _MENTION = Prepared(inserting(MENTIONS), OR_NOTHING)
    _TAKE_PART = Prepared(inserting(PARTICIPANTS), OR_NOTHING)
    _MOVE = (
        Prepared(
            update(CONVERSATIONS.table)
            .where(CONVERSATIONS.c.ticket_id == bindparam("source"))
            .values(
                ticket_id=bindparam("target"),
                origin_ticket_id=func.coalesce(CONVERSATIONS.c.origin_ticket_id, CONVERSATIONS.c.ticket_id),
            )
        ),
        Prepared(
            update(ATTACHMENTS.table)
            .where(ATTACHMENTS.c.ticket_id == bindparam("source"))
            .values(ticket_id=bindparam("target"))
        ),
    )
    _PART = (
        Prepared(
            update(CONVERSATIONS.table)
            .where(
                checked(CONVERSATIONS.c.ticket_id == bindparam("source")), Among(CONVERSATIONS.c.id, "ids")
            )
            .values(
                ticket_id=bindparam("target"),
                origin_ticket_id=case(
                    (
                        Among(CONVERSATIONS.c.origin_ticket_id, "origins"),
                        CONVERSATIONS.c.origin_ticket_id,
                    ),
                    else_=null(),
                ),
            )
        ),
        Prepared(
            update(ATTACHMENTS.table)
            .where(
                ATTACHMENTS.c.ticket_id == bindparam("source"), Among(ATTACHMENTS.c.conversation_id, "ids")
            )
            .values(ticket_id=bindparam("target"))
        ),
    )
    _FORGET_SOME = (
        Prepared(
            delete(MENTIONS).where(
                MENTIONS.c.organization_id == _ORGANIZATION,
                MENTIONS.c.ticket_id == bindparam("source"),
                Among(MENTIONS.c.message_id, "quoted"),
            )
        ),
        Prepared(
            delete(PARTICIPANTS).where(
                PARTICIPANTS.c.ticket_id == bindparam("source"),
                Among(PARTICIPANTS.c.customer_id, "customer_ids"),
            )
        ),
    )
    _QUOTED = Prepared(select(MENTIONS.c.message_id).where(MENTIONS.c.ticket_id == bindparam("source")))
    _FORGET = tuple(
        Prepared(delete(trace).where(trace.c.ticket_id == bindparam("source")))
        for trace in (MENTIONS, PARTICIPANTS)
    )

    async def remember(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        ids: Sequence[str],
        customer_id: CustomerId | None,
    ) -> None:
        await self._existing(organization_id, ticket_id)
        row = {"organization_id": organization_id, "ticket_id": ticket_id}
        if ids:
            await self._db.send(self._MENTION, [{**row, "message_id": one} for one in ids])
        if customer_id is not None:
            await self._db.send(self._TAKE_PART, [{**row, "customer_id": customer_id}])

    async def remember_all(
        self,
        organization_id: OrganizationId,
        named: Sequence[tuple[TicketId, str]],
        taking_part: Sequence[tuple[TicketId, CustomerId]],
    ) -> None:
        if not named and not taking_part:
            return
        await self._existing(organization_id, *dict.fromkeys(one for one, _ in (*named, *taking_part)))
        ours = {"organization_id": organization_id}
        mentions = [{**ours, "ticket_id": ticket_id, "message_id": one} for ticket_id, one in named]
        await self._db.send(self._MENTION, mentions)
        people = [{**ours, "ticket_id": ticket_id, "customer_id": one} for ticket_id, one in taking_part]
        await self._db.send(self._TAKE_PART, people)

    async def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        customer_id = (await self._existing(organization_id, source, target))[source]
        params = {"source": source, "target": target}
        self._db.marks.seen.clear()
        for moving in self._MOVE:
            await self._db.execute(moving, params)
        quoted = [row[0] for row in await self._db.rows(self._QUOTED, params)]
        taking_part = [row[1] for row in await self._db.rows(self._TAKING_PART, {"ids": [source]})]
        for trace in self._FORGET:
            await self._db.execute(trace, params)
        await self.remember(organization_id, target, quoted, customer_id)
        for participant in taking_part:
            await self.remember(organization_id, target, (), participant)

    async def part(
        self,
        organization_id: OrganizationId,
        source: TicketId,
        target: TicketId,
        conversation_ids: Sequence[ConversationId],
        origins: Sequence[TicketId],
    ) -> None:
        await self._existing(organization_id, source, target)
        self._db.marks.seen.clear()
        params = {"source": source, "target": target, "ids": conversation_ids, "origins": origins}
        for parting in self._PART:
            await self._db.execute(parting, params)

    async def forget(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        quoted: Sequence[str],
        customer_ids: Sequence[CustomerId],
    ) -> None:
        await self._existing(organization_id, ticket_id)
        params = {
            "organization_id": organization_id,
            "source": ticket_id,
            "quoted": quoted,
            "customer_ids": customer_ids,
        }
        for trace in self._FORGET_SOME:
            await self._db.execute(trace, params)

    async def _existing(self, organization_id: OrganizationId, *ids: TicketId) -> dict[TicketId, CustomerId]:
        """The customers of these tickets, all of which are in the organization, or NotFound."""
        found = {}
        for ticket_id in ids:  # one or two, which the unit has mostly just read or written
            ticket = await TICKETS.get(self._db, ticket_id, organization_id)
            if ticket is None or ticket.organization_id != organization_id:
                raise NotFound("ticket", ticket_id)
            found[ticket_id] = ticket.customer_id
        return found
