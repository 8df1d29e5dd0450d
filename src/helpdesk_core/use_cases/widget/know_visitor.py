"""A visitor of a widget is recognised, or becomes known: by a session, whose token their browser keeps."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, evolve, frozen

from helpdesk_core.customers import Contact, normal_email
from helpdesk_core.errors import NotAllowed, WrongCredentials
from helpdesk_core.ids import NewId, WidgetId
from helpdesk_core.paging import Page
from helpdesk_core.ports.clock import Clock, NewToken
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.people.log_in import digest
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import WidgetSession, is_vouched_for

LOOKED_AT = 5
"""Conversations of a visitor that are looked at, the newest first, for the one to go on with."""


@frozen
class Identity:
    """Who the page says its visitor is; `proof` is its HMAC, see `widget_sessions.is_vouched_for`."""

    proof: str
    id: str | None = None
    email: str | None = None


@frozen
class Arrival:
    """What a widget says when it opens. The country is what the visitor's address tells."""

    visitor_id: str | None = None
    metadata: Mapping[str, Any] = Factory(dict)
    identity: Identity | None = None
    country: str | None = None


@frozen
class FindWidget:
    """The widget of a key, of whatever organization; WrongCredentials where there is none, or it is switched off."""

    store: Store

    async def __call__(self, api_key: str) -> Widget:
        return await self.store.read(lambda view: _widget_of(api_key, view))


@frozen
class FindVisitor:
    """The session of a token and its widget; WrongCredentials for one that is unknown, expired or switched off."""

    store: Store
    clock: Clock

    async def __call__(self, token: str) -> tuple[WidgetSession, Widget]:
        found = await self.store.read(lambda view: view.widget_sessions.with_widget(digest(token)))
        if found is None or found[0].has_expired(self.clock()):
            raise WrongCredentials("There is no session of this token, or it has expired.")
        if not found[1].active:
            raise WrongCredentials("The widget of this session is switched off.")
        return found


@frozen
class BeginChat:
    """Opens a session for a visitor. The token is told here and never again; NotAllowed for a false identity."""

    store: Store
    vault: Vault
    clock: Clock
    new_id: NewId
    new_token: NewToken

    async def __call__(self, widget: Widget, arrival: Arrival) -> tuple[WidgetSession, str]:
        token = self.new_token()
        at = self.clock()
        visitor_id = arrival.visitor_id or str(self.new_id())
        verified = arrival.identity is not None and self._check(widget, arrival.identity)
        country = {} if arrival.country is None else {"country": arrival.country}
        session = WidgetSession(
            token_hash=digest(token),
            organization_id=widget.organization_id,
            widget_id=WidgetId(widget.id),
            visitor_id=_vouched_name(arrival) or visitor_id,
            created_at=at,
            last_used_at=at,
            verified=verified,
            metadata={**arrival.metadata, **country},
        )
        if arrival.identity is not None and arrival.identity.email:
            email = normal_email(arrival.identity.email)
            session = evolve(session, metadata={**session.metadata, "email": email})

        async def unit(work: Work) -> WidgetSession:
            there = await _rejoined(session, work) if session.verified else session
            await work.widget_sessions.add(there)
            return there

        return await self.store.transact(unit), token

    def _check(self, widget: Widget, identity: Identity) -> bool:
        who = identity.id or identity.email or ""
        secret = widget.identity_secret
        if secret is None or not is_vouched_for(self.vault.unseal(secret), who, identity.proof):
            raise NotAllowed("The identity of the visitor is not vouched for.")
        return True


def _vouched_name(arrival: Arrival) -> str | None:
    """What the proof of a visitor's identity is about: the id, else the e-mail."""
    identity = arrival.identity
    if identity is None:
        return None
    return identity.id or (normal_email(identity.email) if identity.email else None)


async def as_it_is_now(session: WidgetSession, work: Work) -> WidgetSession:
    """The session with what others have noted in it since; WrongCredentials where it is gone."""
    current = await work.widget_sessions.get(session.token_hash)
    if current is None:
        raise WrongCredentials("There is no session of this token, or it has expired.")
    return current


def identity_of(session: WidgetSession) -> Contact:
    """How a visitor is known who has said nothing of themselves; nobody can claim to be one who is vouched for."""
    known = f"vouched:{session.visitor_id}" if session.verified else session.visitor_id
    return Contact("widget", f"{session.widget_id}:{known}")


async def _widget_of(api_key: str, view: View) -> Widget:
    widget = await view.widgets.by_public_key(api_key)
    if widget is None or not widget.active:
        raise WrongCredentials("There is no widget of this key.")
    return widget


async def _rejoined(session: WidgetSession, work: Work) -> WidgetSession:
    """The session of a visitor who is vouched for, with the conversation that they had before, in whatever browser.

    Only a conversation that nobody else can read or has written in: every session on it is vouched for as the same.
    """
    customer = await work.customers.by_contact(session.organization_id, identity_of(session))
    if customer is None:
        return session
    theirs = TicketFilter(customer_id=customer.id, channel=(Channel.WIDGET,))
    newest = Page(limit=LOOKED_AT, sort="-last_message_at")
    for ticket in (await work.tickets.page(session.organization_id, theirs, newest)).items:
        visitors = await work.widget_sessions.of_ticket(session.organization_id, ticket.id)
        if visitors and all(one.verified and identity_of(one) == identity_of(session) for one in visitors):
            return evolve(session, customer_id=customer.id, ticket_id=ticket.id)
    return evolve(session, customer_id=customer.id)
