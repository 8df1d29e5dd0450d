"""Leases: who is at work on something that only one at a time is to have in hand."""

from datetime import datetime, timedelta

from helpdesk_core.ports.store import View, Work


async def take_lease(name: str, holder: str, now: datetime, lasting: timedelta, work: Work) -> bool:
    """The step: whether the holder has it, for so long; nobody else has until it runs out or is given back."""
    if await is_held_by_another(name, holder, now, work):
        return False
    await work.facts.put(name, f"{holder} {(now + lasting).isoformat()}")
    return True


async def give_lease_back(name: str, holder: str, work: Work) -> None:
    """The step: whoever wants it next need not wait."""
    text = await work.facts.get(name)
    if text and text.partition(" ")[0] == holder:
        await work.facts.put(name, "")


async def is_held_by_another(name: str, holder: str, now: datetime, view: View) -> bool:
    text = await view.facts.get(name)
    if not text:
        return False
    of, _, until = text.partition(" ")
    return of != holder and datetime.fromisoformat(until) > now
