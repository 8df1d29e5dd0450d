"""Who those are here whom brought tickets name."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from attrs import frozen

from helpdesk_core.addresses import is_email
from helpdesk_core.customers import Customer
from helpdesk_core.ids import CustomerId, TeamId, UserId
from helpdesk_core.imports.brought import BroughtTicket, Kind, Speaker
from helpdesk_core.imports.references import Reference
from helpdesk_core.use_cases.importing.bring_customers import FORMER, former_customers
from helpdesk_core.use_cases.importing.bring_messages import Speakers
from helpdesk_core.use_cases.importing.errand import Errand


@frozen
class People:
    """Who those are here whom tickets name, by their ids there."""

    speakers: Speakers
    customers: Mapping[str, CustomerId]
    users: Mapping[str, UserId]
    teams: Mapping[str, TeamId]
    fields: Mapping[str, str]
    """Keys of custom fields, by the fields' ids there."""
    addresses: Mapping[str, str]
    """E-mail addresses of customers, by their ids there."""

    def customer_of(self, thing: BroughtTicket) -> CustomerId:
        return self.customers[asking(thing)]

    def copied(self, thing: BroughtTicket) -> list[CustomerId]:
        """The customers among those who follow it: what they write belongs to it."""
        return list(dict.fromkeys(self.customers[one] for one in thing.followers if one in self.customers))

    def followers(self, thing: BroughtTicket) -> tuple[str, ...]:
        """Those who follow it: users by their ids, others by their addresses; who has neither hears nothing."""
        users = [str(self.users[one]) for one in thing.followers if one in self.users]
        addresses = [
            self.addresses.get(one) or one.strip().lower()
            for one in thing.followers
            if one not in self.users and (one in self.addresses or is_email(one))
        ]
        own = self.addresses.get(thing.customer_id or "")
        return tuple(dict.fromkeys(one for one in (*users, *addresses) if one and one != own))


def asking(thing: BroughtTicket) -> str:
    """By what whoever asked is known there; a ticket that names nobody has a somebody of its own."""
    return thing.customer_id or f"of-ticket-{thing.id}"


async def people_of(things: Sequence[BroughtTicket], errand: Errand) -> People:
    """The step: everybody whom these tickets name. Whom nobody brought, or who was deleted here, gets a stand-in."""
    speaking = [one for thing in things for one in thing.messages if one.speaker_id is not None]
    following = [one for thing in things for one in thing.followers]
    working = [*(thing.assignee_id for thing in things), *following]
    working += [one.speaker_id for one in speaking if one.speaker is not Speaker.CUSTOMER]
    staff = await errand.known(Kind.USERS, working)
    named = [asking(thing) for thing in things]
    named += [one.speaker_id or "" for one in speaking if one.speaker is Speaker.CUSTOMER]
    perhaps = [one.speaker_id or "" for one in speaking if one.speaker is Speaker.UNKNOWN]
    asked = [*named, *(one for one in (*perhaps, *following) if one not in staff)]
    references = await errand.known(Kind.CUSTOMERS, asked)
    ours = await errand.work.customers.many(
        errand.organization_id, list(dict.fromkeys(CustomerId(one.our_id) for one in references.values()))
    )
    customers = {
        one: CustomerId(found.our_id) for one, found in references.items() if CustomerId(found.our_id) in ours
    }
    missing = [one for one in dict.fromkeys(named) if one and one not in customers]
    colleagues = await errand.known(Kind.USERS, missing) if missing else {}  # who works there asks, too
    members = await errand.work.users.of(errand.organization_id) if staff or colleagues else ()
    called = {
        one: member.name
        for one, found in colleagues.items()
        for member in members
        if member.id == found.our_id
    }
    stand_ins = {one: called.get(one, FORMER) for one in missing}
    former = await former_customers(stand_ins, errand) if missing else {}
    customers |= former
    names: dict[UUID, str] = {one.id: one.name or one.email or "" for one in ours.values()}
    names |= {our_id: stand_ins[one] for one, our_id in former.items()}
    names |= {one.id: one.name for one in members}
    here = {one.id for one in members}
    users = {one: UserId(found.our_id) for one, found in staff.items() if found.our_id in here}
    erased = frozenset(one for one, found in references.items() if found.erased)
    standing_in = frozenset(one for one in customers if one not in references or not references[one].digest)
    return People(
        speakers=Speakers(customers, users, names, erased, standing_in),
        customers=customers,
        users=users,
        teams=await _teams(things, errand),
        fields=await _field_keys(things, errand),
        addresses=_addresses(references, ours),
    )


def _addresses(references: Mapping[str, Reference], ours: Mapping[CustomerId, Customer]) -> Mapping[str, str]:
    found = ((one, ours.get(CustomerId(reference.our_id))) for one, reference in references.items())
    return {one: customer.email for one, customer in found if customer is not None and customer.email}


async def _teams(things: Sequence[BroughtTicket], errand: Errand) -> Mapping[str, TeamId]:
    known = await errand.known(Kind.TEAMS, (thing.team_id for thing in things))
    if not known:
        return {}
    here = {team.id for team in await errand.work.teams.of(errand.organization_id)}
    return {one: TeamId(found.our_id) for one, found in known.items() if found.our_id in here}


async def _field_keys(things: Sequence[BroughtTicket], errand: Errand) -> Mapping[str, str]:
    named = {field for thing in things for field in thing.fields}
    mapped = errand.import_.translation.fields
    known = await errand.known(Kind.FIELDS, sorted(named - mapped.keys()))
    keys = {one: one for one in named - mapped.keys() - known.keys()}
    if known:
        ours = {one.id: one for one in await errand.work.custom_fields.of(errand.organization_id)}
        keys |= {one: ours[found.our_id].name for one, found in known.items() if found.our_id in ours}
    return {**keys, **{one: key for one, key in mapped.items() if one in named}}
