"""Finding a call by the ids of its legs, and the account that it is a call of."""

from collections.abc import Sequence

from helpdesk_core.call_messages import call_id_of
from helpdesk_core.calls import Call, CallLeg, forgotten
from helpdesk_core.commands import Nothing
from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import OrganizationId
from helpdesk_core.integrations import Integration
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.find_account import nobodys

EVERYWHERE = ""
"""Legs are numbered across all of a provider's accounts, so calls are kept under none of them."""


async def call_of(organization_id: OrganizationId, leg: str, view: View) -> Call | None:
    """The call that has a leg of this id."""
    known = await view.records.get(organization_id, CallLeg, EVERYWHERE, leg)
    return None if known is None else await view.records.get(organization_id, Call, EVERYWHERE, known.call)


async def calls_of(organization_id: OrganizationId, legs: Sequence[str], view: View) -> list[Call]:
    """The calls that have legs of these ids, each once."""
    found = [await call_of(organization_id, leg, view) for leg in legs]
    return list({call.external_id: call for call in found if call is not None}.values())


async def keep_call(organization_id: OrganizationId, call: Call, work: Work) -> None:
    """The step: the call as it is known from now on, found by each of its legs."""
    await work.records.put(organization_id, call)
    for leg in call.legs:
        known = await work.records.get(organization_id, CallLeg, EVERYWHERE, leg)
        if known is None or known.call != call.external_id:
            link = CallLeg(
                provider=call.provider,
                account=EVERYWHERE,
                external_id=leg,
                created_at=call.created_at,
                stamp=call.stamp,
                call=call.external_id,
            )
            await work.records.put(organization_id, link)


async def forget_call_step(message: Conversation, work: Work) -> None:
    """The step: of the call that the message shows nothing is known any more, and no word brings it back."""
    shown = call_id_of(message)
    call = await call_of(message.organization_id, shown, work) if shown is not None else None
    if call is not None and not call.forgotten:
        await work.records.put(message.organization_id, forgotten(call))


async def line_of(channel: Channel, lines: Sequence[str], view: View) -> Integration | Nothing:
    """The first of these that is connected; an event of none waits for the first to be."""
    for line in lines:
        found = await view.integrations.by_account(channel.value, line)
        if found is not None:
            return found
    return nobodys(next(iter(lines), "(no line)"))
