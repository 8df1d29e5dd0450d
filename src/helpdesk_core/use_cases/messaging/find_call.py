"""Finding a call by the ids of its legs, and keeping it under all of them."""

from collections.abc import Sequence

from helpdesk_core.call_messages import CALL
from helpdesk_core.calls import Call, CallLeg, forgotten
from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work

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
    shown = message.metadata.get(CALL)
    call = await call_of(message.organization_id, shown["id"], work) if shown else None
    if call is not None and not call.forgotten:
        await work.records.put(message.organization_id, forgotten(call))
