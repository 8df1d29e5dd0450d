"""A mail is held where there is something against it: it waits in quarantine until somebody decides."""

from typing import Final

from helpdesk_core.budgets import full, spend
from helpdesk_core.commands import Nothing, TakeEmail
from helpdesk_core.conversations import Kind
from helpdesk_core.email import Mail, Nature
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import QuarantinedMailId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.store import View, Work
from helpdesk_core.quarantine import FRESH, Care, QuarantinedMail, QuarantineState, Reason, signs_of
from helpdesk_core.subjects import subject_key
from helpdesk_core.use_cases.mail.spare_answers import address_digest
from helpdesk_core.users import User

LONGEST_SUBJECT: Final = 200
"""Characters of the subject that a list shows."""


async def hold_step(
    command: TakeEmail,
    organization: Organization,
    staff: User | None,
    care: Care,
    work: Work,
    occasion: Occasion,
    *,
    forwards: bool = False,
) -> Nothing | None:
    """The step: why the mail is taken in no further, or None. Where it is held, it is in quarantine now.

    `staff` is the user whose address it bears. Only what is proven to be theirs passes, or `forwards` somebody else's
    mail while nothing speaks against it: such a mail becomes that person's, which no forger gains anything by.
    """
    if command.words.nature is Nature.BOUNCE:
        return None
    reasons = signs_of(command, care)
    if staff is not None and not _is_theirs(command, staff, forwards=forwards):
        reasons = (Reason.FORGED_STAFF, *reasons)
    if not reasons and command.incomplete is None:
        reasons = await _too_much(command, organization, care, work, occasion)
    return await _hold(command, organization, reasons, work, occasion) if reasons else None


async def own_copy(mail: Mail, organization: Organization, domain: MailDomain, view: View) -> Nothing | None:
    """The mail is one of the desk's own that comes back: by way of a list, a redirection or a copy to itself."""
    if mail.message_id is None or not mail.message_id.endswith(f"@{domain.name}"):
        return None
    sent = await view.conversations.by_message_id(organization.id, mail.message_id)
    if sent is None or sent.kind is not Kind.REPLY:
        return None
    return Nothing(
        f"The desk's own mail, conversation {sent.id}, has come back", organization_id=organization.id
    )


def _is_theirs(command: TakeEmail, staff: User, *, forwards: bool) -> bool:
    known = command.authentication
    return known.proves(staff.email) or (forwards and not known.speaks_against)


async def _too_much(
    command: TakeEmail, organization: Organization, care: Care, work: Work, occasion: Occasion
) -> tuple[Reason, ...]:
    """Whether the sender has used up what they may send; each mail that is let in counts."""
    mail = command.mail
    if mail.from_ is None or (mail.date is not None and command.received_at - mail.date > FRESH):
        return ()
    sender = mail.from_.email
    allowances = [(f"again {address_digest(f'{sender} {subject_key(mail.subject)}')}", care.same_again)]
    if care.from_sender is not None:
        allowances.append((f"mail of {address_digest(sender)}", care.from_sender))
    kept = await work.budgets.named(organization.id, [name for name, _ in allowances])
    spent = []
    for (name, allowance), reason in zip(
        allowances, (Reason.LOOP, Reason.TOO_MANY_FROM_SENDER), strict=False
    ):
        budget = kept.get(name) or full(organization.id, name, allowance, occasion.at)
        allowed, budget = spend(budget, allowance, occasion.at)
        if not allowed:
            return (reason,)
        spent.append(budget)
    await work.budgets.put(*spent)
    return ()


async def _hold(
    command: TakeEmail,
    organization: Organization,
    reasons: tuple[Reason, ...],
    work: Work,
    occasion: Occasion,
) -> Nothing:
    mail = command.mail
    sender = mail.from_.email.lower() if mail.from_ is not None else ""
    told = ", ".join(reason.value for reason in reasons)
    for known in await work.quarantine.known(organization.id, command.external_id, mail.message_id):
        same = known.sender == sender or known.external_id == command.external_id is not None
        if same and known.state is not QuarantineState.RELEASED:
            return Nothing(
                f"Already {known.state.value} in quarantine ({told})", organization_id=organization.id
            )
    held = QuarantinedMail(
        id=QuarantinedMailId(occasion.new_id()),
        organization_id=organization.id,
        held_at=occasion.at,
        sender=sender,
        subject=mail.subject[:LONGEST_SUBJECT],
        reasons=reasons,
        command=command,
        external_id=command.external_id,
        message_id=mail.message_id,
    )
    await work.quarantine.add(held)
    data = {"reasons": [reason.value for reason in reasons]}
    await work.log.append(occasion.event(organization.id, "mail.held", held.id, data))
    return Nothing(f"Held in quarantine ({told})", organization_id=organization.id)
