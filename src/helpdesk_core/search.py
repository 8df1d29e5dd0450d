"""Searching the whole desk: what can be found, and why it was."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from attrs import frozen

from helpdesk_core.articles import Article
from helpdesk_core.customers import Customer
from helpdesk_core.highlights import Snippet, Wanted, highlighted
from helpdesk_core.tickets import Ticket
from helpdesk_core.words import number_in

T = TypeVar("T")


class Findable(StrEnum):
    """What a search looks for."""

    TICKET = "ticket"
    CUSTOMER = "customer"
    ARTICLE = "article"


@frozen
class Highlight:
    """The part of one field in which wanted words stand, see `highlights`."""

    field: str
    html: str


@frozen
class Found:
    """One thing that a search found."""

    type: Findable
    thing: Ticket | Customer | Article
    highlights: tuple[Highlight, ...]

    @property
    def id(self) -> UUID:
        return self.thing.id

    @property
    def title(self) -> str:
        match self.thing:
            case Ticket(subject=subject):
                return subject
            case Article(title=title):
                return title
            case Customer() as customer:
                return customer.name or customer.email or next(iter(customer.phones), "")


def found_ticket(
    ticket: Ticket, customer: Customer | None, messages: Sequence[str], q: str, wanted: Wanted
) -> Found:
    """`customer` and `messages` are what may have led to it: whose it is, and how its messages begin."""
    number = [Highlight("number", f"<mark>{ticket.number}</mark>")] if number_in(q) == ticket.number else []
    fields = _highlights({"subject": [ticket.subject], "message": messages}, wanted)
    contacts = [] if customer is None else _highlights(_contacts(customer, "customer."), wanted)
    return Found(Findable.TICKET, ticket, (*number, *fields, *contacts))


def found_customer(customer: Customer, wanted: Wanted) -> Found:
    return Found(Findable.CUSTOMER, customer, tuple(_highlights(_contacts(customer), wanted)))


def found_article(article: Article, wanted: Wanted) -> Found:
    fields = {"title": [article.title], "body": [article.body.text]}
    return Found(Findable.ARTICLE, article, tuple(_highlights(fields, wanted)))


def fair_shares(lists: Sequence[Sequence[T]], limit: int) -> list[list[T]]:
    """Of each list its beginning, `limit` items together: each list has as many as any other, as far as it goes."""
    shares: list[list[T]] = [[] for _ in lists]
    room = limit
    for place in range(limit):
        for share, items in zip(shares, lists, strict=True):
            if room and place < len(items):
                share.append(items[place])
                room -= 1
    return shares


def _contacts(customer: Customer, before: str = "") -> Mapping[str, Sequence[str]]:
    return {
        f"{before}name": [customer.name],
        f"{before}email": customer.emails,
        f"{before}phone": customer.phones,
        f"{before}company": [customer.company or ""],
    }


def _highlights(fields: Mapping[str, Sequence[str]], wanted: Wanted) -> Iterator[Highlight]:
    """Of each field the text that has most of what is wanted, if any has some."""
    for name, texts in fields.items():
        best: Snippet | None = None
        for text in texts:
            snippet = highlighted(text, wanted)
            if snippet is not None and (best is None or snippet.rank > best.rank):
                best = snippet
        if best is not None:
            yield Highlight(name, best.html)
