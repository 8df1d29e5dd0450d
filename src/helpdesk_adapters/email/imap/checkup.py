"""Whether a mailbox is fetched from, and what is wrong with it."""

from importlib.util import find_spec

from helpdesk_adapters.upkeep.findings import Finding, fine, problem, warning
from helpdesk_core.integrations import TROUBLE, Integration
from helpdesk_core.mailboxes import Trouble
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.mail.sync_mailbox import has_been_read

ADVICE = {
    Trouble.SETUP.value: "Correct its settings",
    Trouble.AUTHENTICATION.value: "Renew its password, or its tokens",
}


async def mailbox(name: str, integration: Integration, view: View) -> Finding:
    """What the last pass over it has left behind."""
    if find_spec("aioimaplib") is None:
        return problem(name, "IMAP is not installed here.", "Run: pip install 'helpdesk[imap]'")
    trouble = integration.settings.get(TROUBLE)
    if trouble is None:
        if not await has_been_read(integration, view):
            return fine(name, "Nobody has looked into it yet; a running desk does within a minute.")
        return fine(name, "Its mail is fetched, and nothing was wrong with the last pass.")
    kind, _, told = trouble.partition(": ")
    if kind == Trouble.TRANSIENT.value:
        return warning(name, told, "Nothing, unless it stays: the next pass comes within minutes")
    advice = ADVICE.get(kind, "Look at the folder and the server it is on")
    return problem(name, told, f"{advice}; then: helpdesk imap sync")
