"""What the doctor says of mail that waits for somebody, and of automatic mail that was stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from helpdesk_adapters.upkeep.findings import Finding, fine, warning
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.mail.spare_answers import OF_ORGANIZATION, is_breaker_tripped

COUNTED: Final = 1_000


async def mail_held(view: View) -> Finding:
    """How much waits in quarantine. That some does is nothing wrong."""
    count = await view.quarantine.held(COUNTED + 1)
    if not count:
        return fine("quarantine", "No mail is held.")
    told = f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
    return fine("quarantine", f"{told} held, for a month: GET /api/v1/quarantine shows them.")


async def breaker(organization: Organization, now: datetime, view: View) -> Sequence[Finding]:
    """Nothing, as long as automatic mail flows."""
    if not await is_breaker_tripped(organization.id, now, view):
        return ()
    told = f"More than {OF_ORGANIZATION.most:,} an hour were about to go out, so there are none for an hour."
    advice = "Look at the newest tickets: some program may be answering the desk's own mail"
    return (warning(f"automatic mail of {organization.slug}", told, advice),)
