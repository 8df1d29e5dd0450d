"""What the scorer of shared mail asks of a program, in the words of the core."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from attrs import evolve

from helpdesk_core.addresses import Address
from helpdesk_core.email import Mail, Nature, classify, parse_mail, read_bounce, split_reply
from helpdesk_core.email.dates import read_date
from helpdesk_core.ids import CustomerId, TicketId
from helpdesk_core.richtext import sanitize_html
from helpdesk_core.subjects import subject_key
from helpdesk_core.threads import Candidate, Evidence, Joins, Letter, place, quoted_ids

ANYBODY = CustomerId(UUID(int=1))
"""All writers count as one customer's people: the lists whose threads are compared know no strangers."""


def parse(raw: bytes) -> dict[str, Any]:
    mail = parse_mail(raw)
    return {
        "subject": mail.subject,
        "from": _people((mail.from_,) if mail.from_ is not None else ()),
        "to": _people(mail.to),
        "cc": _people(mail.cc),
        "date": mail.date,
        "message_id": [mail.message_id] if mail.message_id else [],
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "filename": part.filename,
                "content_type": part.content_type,
                "size": len(part.content),
                "inline": part.inline,
                "content_id": part.content_id,
            }
            for part in mail.parts
        ],
        "is_auto_reply": classify(mail).nature not in (Nature.PERSON, Nature.BOUNCE),
        "is_bounce": read_bounce(mail) is not None,
        "reply_text": split_reply(mail.text).new,
    }


def sanitize(html: str) -> str:
    return sanitize_html(html)


def thread(raws: list[bytes], subject_fallback: bool = False) -> list[list[int]]:
    """The messages of each ticket, placed one after the other as they arrive."""
    desk = _Desk(subject_fallback)
    for number, raw in enumerate(raws):
        desk.take(number, raw)
    return list(desk.messages.values())


def _people(addresses: tuple[Address, ...]) -> list[tuple[str, str]]:
    return [(address.name, address.email) for address in addresses]


class _Desk:
    """As much of a desk as placing needs."""

    def __init__(self, by_subject: bool) -> None:
        self.by_subject = by_subject
        self.tickets: dict[TicketId, Candidate] = {}
        self.messages: dict[TicketId, list[int]] = {}
        self.holding: defaultdict[str, set[TicketId]] = defaultdict(set)
        self.naming: defaultdict[str, set[TicketId]] = defaultdict(set)
        self.ids_of: defaultdict[TicketId, set[str]] = defaultdict(set)

    def take(self, number: int, raw: bytes) -> None:
        letter = _letter(raw)
        placement = place(letter, self._evidence(letter))
        if isinstance(placement, Joins):
            ticket_id = placement.ticket_id
            for other in placement.merges:
                self._merge(other, ticket_id)
        else:
            ticket_id = TicketId(UUID(int=number + 1))
            key = subject_key(letter.subject)
            self.tickets[ticket_id] = Candidate(
                ticket_id, number + 1, False, frozenset({ANYBODY}), key, letter.at
            )
            self.messages[ticket_id] = []
        self.messages[ticket_id].append(number)
        ticket = self.tickets[ticket_id]
        self.tickets[ticket_id] = evolve(ticket, last_message_at=max(ticket.last_message_at, letter.at))
        if letter.message_id is not None:
            self.holding[letter.message_id].add(ticket_id)
        for one in quoted_ids(letter):
            self.naming[one].add(ticket_id)
            self.ids_of[ticket_id].add(one)

    def _evidence(self, letter: Letter) -> Evidence:
        ids = quoted_ids(letter)
        key = subject_key(letter.subject)
        alike = [ticket for ticket in self.tickets.values() if self.by_subject and ticket.subject_key == key]
        return Evidence(
            by_message={one: self._named(self.holding.get(one, set())) for one in ids},
            by_mention={one: self._named(self.naming.get(one, set())) for one in ids},
            by_subject=tuple(sorted(alike, key=lambda ticket: ticket.last_message_at, reverse=True)),
        )

    def _named(self, tickets: set[TicketId]) -> tuple[Candidate, ...]:
        return tuple(self.tickets[one] for one in tickets)

    def _merge(self, other: TicketId, target: TicketId) -> None:
        self.messages[target] += self.messages.pop(other)
        del self.tickets[other]
        for one in self.ids_of.pop(other, set()):
            for index in (self.holding, self.naming):
                if other in index[one]:
                    index[one].remove(other)
                    index[one].add(target)
            self.ids_of[target].add(one)


def _letter(raw: bytes) -> Letter:
    """Without Outlook's Thread-Index: the threads to compare with were told by Message-IDs alone."""
    mail = parse_mail(raw)
    return Letter(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        subject=mail.subject,
        customer_id=ANYBODY,
        ticket_number=None,
        at=_arrival(mail) or mail.date or datetime(2000, 1, 1, tzinfo=UTC),
    )


def _arrival(mail: Mail) -> datetime | None:
    """When the last server on the way took it, as a desk would have: senders' clocks can be years off."""
    return read_date(mail.headers.get("received", "").rpartition(";")[2].strip())
