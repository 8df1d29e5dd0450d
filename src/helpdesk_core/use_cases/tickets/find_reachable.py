"""Whom the desk may write to."""

from collections.abc import Sequence

from helpdesk_core.blocked_senders import blocks
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.suppression import address_key


async def reachable(organization_id: OrganizationId, addresses: Sequence[str], view: View) -> tuple[str, ...]:
    """Those of the addresses that may be written to: neither blocked nor suppressed."""
    if not addresses:
        return ()
    rules = await view.blocked_senders.of(organization_id)
    left = [one for one in addresses if not any(blocks(rule.pattern, one) for rule in rules)]
    keys = {one: address_key(one) or one for one in left}
    dead = {
        one.address for one in await view.suppressed_addresses.among(organization_id, list(keys.values()))
    }
    return tuple(one for one in left if keys[one] not in dead)
