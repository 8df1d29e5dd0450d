"""Automatic mail is spared where it could begin a loop, or a flood: whatever writes by itself asks here first."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from helpdesk_core.budgets import Allowance, Budget, filled, full, is_tripped, spend, tripped
from helpdesk_core.email import Nature
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work

TO_ONE_ADDRESS: Final = Allowance(5, timedelta(hours=1))
"""Automatic mails that one address gets of an organization. Nobody needs more, and no loop lives on so few."""
TO_ONE_DOMAIN: Final = Allowance(100, timedelta(hours=1))
"""Automatic mails to all addresses of one domain: a program that answers from a new address each time ends here."""
OF_ORGANIZATION: Final = Allowance(1_000, timedelta(hours=1))
"""Automatic mails of an organization, whoever gets them, before its breaker trips; then there are none for an hour."""
BREAKER: Final = "automatic mail"


async def automatic_answer_allowed(
    organization_id: OrganizationId, address: str, nature: Nature, work: Work, occasion: Occasion
) -> str | None:
    """The step: why a mail that nobody wrote must not go to this address, or None: then it counts as sent.

    nature: of the mail that it would answer; only a person's is answered. To be asked last, when nothing else is
    against the mail, and in the unit of work that queues it.
    """
    if nature is not Nature.PERSON:
        return f"What came was no person's mail ({nature.value})."
    domain = address.rpartition("@")[2]
    allowances = {
        f"answers to {address_digest(address)}": TO_ONE_ADDRESS,
        f"answers within {address_digest(domain)}": TO_ONE_DOMAIN,
        BREAKER: OF_ORGANIZATION,
    }
    kept = await work.budgets.named(organization_id, tuple(allowances))
    spent = []
    for name, allowance in allowances.items():
        budget = kept.get(name) or full(organization_id, name, allowance, occasion.at)
        allowed, left = spend(budget, allowance, occasion.at)
        if not allowed and name == BREAKER:
            await _trip(budget, left, work, occasion)
            return "The organization has sent too much automatic mail; there is none for a while."
        if not allowed:
            return "The address, or its domain, has had enough automatic mail for now."
        spent.append(left)
    await work.budgets.put(*spent)
    return None


async def is_breaker_tripped(organization_id: OrganizationId, now: datetime, view: View) -> bool:
    """Whether the organization has sent so much automatic mail that there is none just now."""
    kept = (await view.budgets.named(organization_id, (BREAKER,))).get(BREAKER)
    return kept is not None and is_tripped(kept) and is_tripped(filled(kept, OF_ORGANIZATION, now))


def address_digest(address: str) -> str:
    """What a budget is named by: it must not keep the address itself, which may have to be forgotten."""
    return sha256(address.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()[:32]


async def _trip(kept: Budget, now: Budget, work: Work, occasion: Occasion) -> None:
    """Trips it, and tells so, once: what is kept stays below zero until there is something to spend again."""
    if not is_tripped(kept):
        await work.budgets.put(tripped(now, OF_ORGANIZATION, occasion.at))
        data = {"most": OF_ORGANIZATION.most}
        of = kept.organization_id
        await work.log.append(occasion.event(of, "mail.breaker_tripped", of, data))
