"""Threads: which ticket does this mail belong to?

`place` decides from what the letter says of itself and from what the store knows of the ids it names. Its
rules, in order, each with its reason:

1. A signed reply token wins. We wrote it, for this ticket; headers are written by whoever sends.
2. In-Reply-To, then References from the nearest to the furthest, among messages that we hold. A message id is
   a long random text that only those who had the message know, so it also lets a stranger in, marked as a
   newcomer (a colleague who was copied in answers for the first time).
3. Ids that some message of a ticket quotes though we do not hold them; Outlook's name of a thread is one. Two
   answers to a mail we never saw belong together, and a mail that comes after its own answer belongs to that
   answer. Here the sender must be a participant already: the customers who answer one announcement all quote
   its id, and must not land in one another's tickets. Only the quoted mail itself may come from a stranger, and
   only if a single ticket quotes it.
4. `[#123]` in the subject, for participants. Numbers can be counted up, so for others they prove nothing.
5. The same subject from the same customer, for a while: 30 days for an answer, 7 for a mail that looks like a
   new one. Some mail programs and gateways drop or rewrite ids. An empty subject says nothing.

A closed ticket is never joined. If 1-3, or 4 alone, point to closed tickets only, a new one opens that
follows the first of them; it quotes the same ids, so the customer's next letter finds the new one by rule 3.

The order of arrival does not matter. A letter of 1-3 that points to several open tickets shows that they are
one thread: it joins the oldest (with a token: that of the token) and the others are merged into it. Only
tickets of which the sender is a participant are merged, so nobody can tie strangers' tickets together, and
none that an agent took apart by hand. An id that is empty never points anywhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import Factory, frozen

from helpdesk_core.ids import CustomerId, TicketId
from helpdesk_core.subjects import is_reply_subject, subject_key

REPLY_WINDOW = timedelta(days=30)
"""How long after its last message a ticket is joined by a subject that carries a reply prefix."""

NEW_WINDOW = timedelta(days=7)
"""The same for a subject without one."""


@frozen
class Letter:
    """What placing needs to know of one arrived message; ids are as `message_ids` gives them."""

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """Oldest first, as in the header."""
    subject: str
    customer_id: CustomerId | None
    """The sender; None: nobody we know yet."""
    ticket_number: int | None
    """Proven by a signed reply token in the recipient address."""
    at: datetime
    conversation: str | None = None
    """What Outlook and Exchange call the thread, as `conversation_id` gives it: a weak kin of an id."""


@frozen
class Candidate:
    """A ticket that some evidence points to. Of a merged ticket, this is the one it was merged into."""

    ticket_id: TicketId
    number: int
    closed: bool
    participants: frozenset[CustomerId]
    subject_key: str
    last_message_at: datetime
    kept_apart: bool = False
    """An agent took it apart from another ticket: letters may join it but no longer merge it."""


@frozen
class Evidence:
    """What the store knows about a letter, of one organization only.

    An id may point to several tickets: anybody can send a message under an id that exists, and siblings in
    different customers' tickets quote the same ancestor. Look up the ids of `quoted_ids` in both mappings.
    """

    by_token: Candidate | None = None
    by_message: Mapping[str, tuple[Candidate, ...]] = Factory(dict)
    """Message id -> tickets that hold a message of that id, in or out."""
    by_mention: Mapping[str, tuple[Candidate, ...]] = Factory(dict)
    """Message id -> tickets of which some message has that id among its `quoted_ids`."""
    by_number: Candidate | None = None
    """The ticket whose `[#123]` the subject carries."""
    by_subject: tuple[Candidate, ...] = ()
    """The same customer's tickets with the same `subject_key`, newest first; of several, the one that is nearest in
    time is joined.
    """


class How(StrEnum):
    """The strongest evidence by which a letter found its ticket."""

    TOKEN = "token"
    IN_REPLY_TO = "in_reply_to"
    REFERENCES = "references"
    MENTION = "mention"
    NUMBER = "number"
    SUBJECT = "subject"


@frozen
class Joins:
    """The letter goes into `ticket_id`; the tickets of `merges` (by number) are merged into it first."""

    ticket_id: TicketId
    by: How
    newcomer: bool
    """The sender is not a participant yet: to be shown as new, and to be answered with care."""
    merges: tuple[TicketId, ...] = ()


@frozen
class Opens:
    """The letter opens a ticket, which links back to the closed one that it answers, if any."""

    follows: TicketId | None = None


Placement = Joins | Opens


def place(letter: Letter, evidence: Evidence) -> Placement:
    """Where the letter belongs; total. The rules and their reasons stand at the head of the module.

    The store must serialise the letters of one organization that share an id or a customer, from gathering
    the evidence to writing the letter: two that are placed at once cannot see each other.
    """
    pointers = tuple(_pointers(letter, evidence))
    standing = tuple(pointer for pointer in pointers if not pointer.ticket.closed)
    if standing:
        return _joins(letter, standing)
    if pointers:
        return Opens(follows=pointers[0].ticket.ticket_id)
    return _by_subject_line(letter, evidence)


def quoted_ids(letter: Letter) -> tuple[str, ...]:
    """Every id the letter names, each once, nearest first: its own, In-Reply-To, References from last to
    first, and Outlook's of the thread.

    These are the ids to gather evidence for, and to record for the letter once it is placed.
    """
    own = () if letter.message_id is None else (letter.message_id,)
    thread = () if letter.conversation is None else (letter.conversation,)
    return _usable((*own, *letter.in_reply_to, *reversed(letter.references), *thread))


@frozen
class _Pointer:
    how: How
    ticket: Candidate


def _pointers(letter: Letter, evidence: Evidence) -> Iterator[_Pointer]:
    """All that proves more than a subject line, strongest first; tickets may come up more than once."""
    if evidence.by_token is not None and letter.ticket_number is not None:
        yield _Pointer(How.TOKEN, evidence.by_token)
    answered = ((How.IN_REPLY_TO, letter.in_reply_to), (How.REFERENCES, letter.references[::-1]))
    for how, ids in answered:
        for message_id in _usable(ids):
            held = _sorted(evidence.by_message.get(message_id, ()))
            # Whoever is a stranger to all tickets that hold the id gets the oldest: a later one may be a
            # forgery.
            for ticket in _own(letter, held) or held[:1]:
                yield _Pointer(how, ticket)
    for message_id in quoted_ids(letter):
        quoting = _sorted(evidence.by_mention.get(message_id, ()))
        for ticket in _own(letter, quoting) or _answering(letter, message_id, quoting, evidence):
            yield _Pointer(How.MENTION, ticket)


def _answering(
    letter: Letter, message_id: str, quoting: tuple[Candidate, ...], evidence: Evidence
) -> tuple[Candidate, ...]:
    """The one ticket in which a stranger's late letter has been answered already, if there is just one.

    If the desk holds another message of this very id, then either of the two is not what it claims to be
    (some programs give all their mails one id), and the id is no evidence.
    """
    is_it = message_id == letter.message_id and not evidence.by_message.get(message_id)
    return quoting if is_it and len(quoting) == 1 else ()


def _joins(letter: Letter, standing: tuple[_Pointer, ...]) -> Joins:
    first = standing[0]
    target = first.ticket
    group: tuple[Candidate, ...] = (target,)
    if _takes_part(letter, target) and not target.kept_apart:
        own = _own(letter, _sorted(pointer.ticket for pointer in standing))
        group = tuple(ticket for ticket in own if not ticket.kept_apart)
        target = target if first.how is How.TOKEN else group[0]
    return Joins(
        target.ticket_id,
        first.how,
        newcomer=not _takes_part(letter, target),
        merges=tuple(ticket.ticket_id for ticket in group if ticket.ticket_id != target.ticket_id),
    )


def _by_subject_line(letter: Letter, evidence: Evidence) -> Placement:
    named = evidence.by_number
    if named is not None and _takes_part(letter, named):
        if named.closed:
            return Opens(follows=named.ticket_id)
        return Joins(named.ticket_id, How.NUMBER, newcomer=False)
    key = subject_key(letter.subject)
    window = REPLY_WINDOW if is_reply_subject(letter.subject) else NEW_WINDOW
    alike = [
        ticket
        for ticket in evidence.by_subject
        if key
        and ticket.subject_key == key
        and _takes_part(letter, ticket)
        # by distance, since a letter that was held up on its way is older than what overtook it
        and abs(letter.at - ticket.last_message_at) <= window
    ]
    alike.sort(key=lambda ticket: abs(letter.at - ticket.last_message_at))
    for ticket in alike:
        if not ticket.closed:
            return Joins(ticket.ticket_id, How.SUBJECT, newcomer=False)
    return Opens(follows=alike[0].ticket_id if alike else None)


def _takes_part(letter: Letter, ticket: Candidate) -> bool:
    return letter.customer_id is not None and letter.customer_id in ticket.participants


def _own(letter: Letter, tickets: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple(ticket for ticket in tickets if _takes_part(letter, ticket))


def _sorted(tickets: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each ticket once, as it was first seen, oldest first."""
    once: dict[TicketId, Candidate] = {}
    for ticket in tickets:
        once.setdefault(ticket.ticket_id, ticket)
    return tuple(sorted(once.values(), key=lambda ticket: ticket.number))


def _usable(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in ids if one and not one.isspace()))
