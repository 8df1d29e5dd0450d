"""Privacy: what is left of a customer's words, name and addresses once they want to be forgotten.

What they wrote is emptied; what others wrote on the same tickets loses what names them and what it quotes. The messages
themselves, their times and their number stay: a desk must be able to say what it did.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from attrs import evolve, field, frozen

from helpdesk_core.conversations import Conversation, Document, MailHeaders, Translation
from helpdesk_core.customers import Customer
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.tickets import Ticket

GONE = "[erased]"
"""What stands where a name or an address stood."""

SHORTEST, SHORTEST_WORD = 2, 3
"""Characters of a name, and of one word of it, that are looked for: a single letter would be found everywhere."""


class ErasureState(StrEnum):
    """`erasing`: more than is done at once; a job goes on with it."""

    ERASING = "erasing"
    ERASED = "erased"


COUNTED = ("conversations", "attachments", "tickets", "events", "ratings", "answers", "orders")
"""What an erasure counts: messages and tickets that were emptied or cleaned, files, raw webhook events, ratings,
answers kept for idempotency keys, and orders that are nobody's any more."""


@frozen
class Erasure:
    """The receipt of one customer's erasure; `erased` says how many of each kind were changed or removed."""

    id: UUID
    organization_id: OrganizationId
    customer_id: CustomerId
    state: ErasureState
    erased: Mapping[str, int]
    requested_at: datetime
    finished_at: datetime | None = None


def counted(erasure: Erasure, more: Mapping[str, int]) -> Erasure:
    """The receipt with more on it."""
    return evolve(erasure, erased={name: erasure.erased.get(name, 0) + more.get(name, 0) for name in COUNTED})


@frozen
class Person:
    """By what a person is found in what others wrote: `names` as words, `addresses` wherever they stand."""

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    message_ids: frozenset[str] = frozenset()
    """The ids of their own mails, which are as they chose them."""
    _pattern: "re.Pattern[str] | None" = field(init=False, repr=False, eq=False)

    @_pattern.default
    def _made(self) -> "re.Pattern[str] | None":
        names = (rf"(?<!\w){re.escape(name)}(?!\w)" for name in _longest_first(self.names))
        words = {word for name in self.names for word in name.split() if len(word) >= SHORTEST_WORD}
        # As the name writes it: somebody called Will is not meant by every "will".
        alone = (rf"(?-i:(?<!\w){re.escape(word)}(?!\w))" for word in _longest_first(words))
        addresses = map(re.escape, _longest_first(self.addresses))
        either = "|".join((*addresses, *names, *alone))
        return re.compile(either, re.IGNORECASE) if either else None

    def out_of(self, text: str) -> str:
        """The text without them."""
        return text if self._pattern is None else self._pattern.sub(GONE, text)

    def is_in(self, text: str) -> bool:
        return self._pattern is not None and self._pattern.search(text) is not None


def person_of(customer: Customer, wrote: Iterable[Conversation] = ()) -> Person:
    """A customer as they are looked for; their messages tell under what other names and addresses they wrote."""
    messages = tuple(wrote)
    names = {customer.name.strip(), *(message.author.name.strip() for message in messages)}
    addresses = {contact.value for contact in customer.contacts}
    for message in messages:
        addresses.update(filter(None, (message.mail.from_, *message.mail.reply_to)))
    return Person(
        names=tuple(sorted(name for name in names if len(name) >= SHORTEST)),
        addresses=tuple(sorted(address for address in addresses if len(address) >= SHORTEST)),
        message_ids=frozenset(filter(None, (message.mail.message_id for message in messages))),
    )


def without_words(message: Conversation, at: datetime) -> Conversation:
    """A message of theirs, emptied: when it came, over what channel and to which ticket is all it still says."""
    emptied = evolve(
        message,
        author=evolve(message.author, name="", avatar_url=None),
        content=document_from_text(""),
        content_text="",
        content_html="",
        language=None,
        delivery=message.delivery and evolve(message.delivery, detail=None),
        mail=MailHeaders(),
        attachment_ids=(),
        raw_id=None,
        new_text=None,
        new_html=None,
        translation=None,
        external_id=message.external_id and fingerprint(message.external_id),
        warnings=(),
        metadata={},
    )
    if emptied == evolve(message, external_id=emptied.external_id):
        return message
    return evolve(emptied, redacted_at=message.redacted_at or at)


def without_person(message: Conversation, person: Person, *, is_theirs: bool) -> Conversation:
    """A message that somebody else wrote, without what names the person and without what it quotes.

    Where that is anything, the mail as it came goes too, as it cannot be changed.
    On a ticket that `is_theirs` the subject is their words too.
    """
    mail, clean = message.mail, person.out_of
    own = message.content if message.new_text is None else document_from_text(message.new_text)
    content = _clean_node(_unquoted(own), clean)
    headers = MailHeaders(
        message_id=mail.message_id,
        in_reply_to=tuple(id_ for id_ in mail.in_reply_to if id_ not in person.message_ids),
        references=tuple(id_ for id_ in mail.references if id_ not in person.message_ids),
        from_=mail.from_,
        reply_to=_others(mail.reply_to, person),
        to=_others(mail.to, person),
        cc=_others(mail.cc, person),
        bcc=_others(mail.bcc, person),
        subject=None if is_theirs else _maybe(clean, mail.subject),
    )
    if content == message.content:
        text, html = clean(_unquoted_text(message.content_text)), clean(message.content_html)
    else:
        text, html = text_of(content), html_of(content)
    cleaned = evolve(
        message,
        author=evolve(message.author, name=clean(message.author.name)),
        content=content,
        content_text=text,
        content_html=html,
        new_text=None,
        new_html=None,
        delivery=message.delivery and evolve(message.delivery, detail=_maybe(clean, message.delivery.detail)),
        mail=headers,
        translation=_translated(message, clean),
        warnings=tuple(map(clean, message.warnings)),
        metadata=_clean_value(message.metadata, clean),
    )
    return cleaned if cleaned == message else evolve(cleaned, raw_id=None)


def without_subject(ticket: Ticket, at: datetime) -> Ticket:
    """A ticket of theirs without its subject and what was noted on it."""
    emptied = evolve(ticket, subject=GONE, subject_key="", custom_fields={}, metadata={}, language=None)
    if emptied == ticket:
        return ticket
    return evolve(emptied, updated_at=max(at, ticket.updated_at), version=ticket.version + 1)


def not_followed_by(ticket: Ticket, person: Person) -> Ticket:
    """The ticket, of which the person hears no more."""
    return evolve(ticket, followers=_others(ticket.followers, person))


def fingerprint(text: str) -> str:
    """What stands for a provider's id that must still be known again, and may hold an address."""
    if text.startswith(_FINGERPRINT):
        return text
    return _FINGERPRINT + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


Clean = Callable[[str], str]
"""Takes out of a text what must not stay in it."""

_FINGERPRINT = "erased:"


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=len, reverse=True)


def _others(addresses: tuple[str, ...], person: Person) -> tuple[str, ...]:
    return tuple(address for address in addresses if not person.is_in(address))


def _translated(message: Conversation, clean: Clean) -> Translation | None:
    """A translation without the person, and of what it quotes nothing: where a mail quotes, it goes."""
    known = message.translation
    if known is None or known.text is None:
        return known
    return evolve(known, text=clean(_unquoted_text(known.text)))


def _maybe(clean: Clean, text: str | None) -> str | None:
    return None if text is None else clean(text)


def _unquoted(node: Document) -> Document:
    """The document without what it quotes."""
    inside = node.get("content")
    if not isinstance(inside, list):
        return node
    kept = [
        _unquoted(one) for one in inside if not (isinstance(one, dict) and one.get("type") == "blockquote")
    ]
    return node if kept == inside else {**node, "content": kept}


def _unquoted_text(text: str) -> str:
    if ">" not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


def _clean_node(node: Document, clean: Clean) -> Document:
    cleaned = _clean_value(node, clean)
    return node if cleaned == node else dict(cleaned)


def _clean_value(value: Any, clean: Clean) -> Any:
    """JSON with every text in it cleaned, names of members excepted."""
    match value:
        case str():
            return clean(value)
        case Mapping():
            return {name: _clean_value(one, clean) for name, one in value.items()}
        case list() | tuple():
            return [*map(partial(_clean_value, clean=clean), value)]
        case _:
            return value
