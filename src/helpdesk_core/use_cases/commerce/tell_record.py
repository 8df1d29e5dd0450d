"""A provider tells of something that it keeps for an organization."""

from datetime import timedelta
from uuid import UUID, uuid5

from attrs import evolve

from helpdesk_core.commands import Done, Nothing, Outcome, TellRecord
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import JobKind
from helpdesk_core.notices import DueNotice, GivenNotice
from helpdesk_core.ports.store import View, Work
from helpdesk_core.records import Record, joined, says_more
from helpdesk_core.use_cases.accounts.connect_integration import connect_step
from helpdesk_core.use_cases.accounts.find_account import nobodys
from helpdesk_core.use_cases.webhooks.replay_events import wake_what_waits

PATIENCE = timedelta(seconds=10)
"""How long a notice waits for another one that may tell the same."""


async def tell_record(command: TellRecord, work: Work, occasion: Occasion) -> Outcome:
    """The step: what is known of the thing after this word, whatever came before it.

    Nothing changes where the word is old; a `<kind>.updated` event is appended only where something has changed.
    """
    told = command.record
    if told.account:
        owner = await _owner(told.provider, told.account, command.claim, work, occasion)
    else:
        owner, told = await _named(told, command.claim, work)
    if owner is not None and await _is_of_other_mode(command, told, work):
        return Nothing("It is of the other mode than the account was connected for.", organization_id=owner)
    if owner is None:
        return nobodys(told.account or told.external_id)
    await put_record(owner, told, work, occasion)
    for notice in command.notices:
        await _give(owner, notice, told, work, occasion)
    return Done(owner)


async def put_record(organization_id: OrganizationId, told: Record, work: Work, occasion: Occasion) -> Record:
    """The record as it is known after this word; it is kept, and what waited for it is woken."""
    known = await work.records.get(organization_id, type(told), told.account, told.external_id)
    after = joined(known, told)
    if after == known:
        return after
    await work.records.put(organization_id, after)
    if says_more(known, after):
        data = {"provider": after.provider, "external_id": after.external_id}
        if isinstance(status := getattr(after, "status", None), str):
            data["status"] = status
        subject_id = record_id(organization_id, after)
        await work.log.append(occasion.event(organization_id, f"{after.kind}.updated", subject_id, data))
    if known is None and after.awaited:
        await wake_what_waits(organization_id, after.provider, after.external_id, work, occasion)
    return after


def record_id(organization_id: OrganizationId, record: Record) -> UUID:
    """What the event log calls the thing; always the same for the same one."""
    return uuid5(organization_id, f"{record.kind}\0{record.account}\0{record.external_id}")


async def claimed(claim: str | None, view: View) -> OrganizationId | None:
    """The organization that is named by its id or its slug, where there is one."""
    name = (claim or "").strip()
    if not name:
        return None
    try:
        found = await view.organizations.get(OrganizationId(UUID(name)))
    except ValueError:
        found = await view.organizations.by_slug(name)
    return None if found is None else found.id


async def _owner(
    provider: str, account: str, claim: str | None, work: Work, occasion: Occasion
) -> OrganizationId | None:
    """Whose account it is; one that is nobody's yet becomes that of the organization which is claimed."""
    known = await work.integrations.known(provider, account)
    if known is not None:
        return _if_connected(known)
    owner = await claimed(claim, work)
    if owner is not None:
        await connect_step(owner, provider, account, {}, {}, work, occasion)
    return owner


async def _is_of_other_mode(command: TellRecord, told: Record, view: View) -> bool:
    """Whether it is about real money and the account is not, or the other way round, where both are known."""
    account = await view.integrations.by_account(told.provider, told.account)
    mode = None if account is None else account.settings.get("livemode")
    return None not in (mode, command.live) and mode != str(command.live).lower()


def _if_connected(known: Integration) -> OrganizationId | None:
    """What an admin has disconnected is nobody's until it is connected again."""
    return known.organization_id if known.state is IntegrationState.CONNECTED else None


async def _named(told: Record, claim: str | None, work: Work) -> tuple[OrganizationId | None, Record]:
    """Whose thing it is by its id alone, and the word with the account under which it is known."""
    everywhere = await work.records.wherever(type(told), told.external_id)
    ours = [(owner, record) for owner, record in everywhere if record.provider == told.provider]
    if not ours:
        return await claimed(claim, work), told
    if len(ours) > 1:
        return None, told
    owner, known = ours[0]
    if known.account and await work.integrations.by_account(told.provider, known.account) is None:
        return None, told
    return owner, evolve(told, account=known.account)


async def _give(
    organization_id: OrganizationId, notice: DueNotice, told: Record, work: Work, occasion: Occasion
) -> None:
    """Adds the job that writes the letter, unless it was added before."""
    if await work.records.get(organization_id, GivenNotice, told.account, notice.key) is not None:
        return
    given = GivenNotice(
        provider=told.provider,
        account=told.account,
        external_id=notice.key,
        created_at=occasion.at,
        stamp=told.stamp,
        what=notice.what,
        about=told.external_id,
        due_at=occasion.at + PATIENCE if notice.unless_told else occasion.at,
        to=notice.to,
        day=notice.day,
    )
    await work.records.put(organization_id, given)
    payload = {"notice": notice.what.value, "account": told.account, "key": notice.key}
    await work.jobs.add(occasion.job(organization_id, JobKind.SEND_NOTICE, payload, given.due_at))
