"""A user passes somebody's mail on to the desk: it becomes that person's ticket."""

from attrs import evolve

from helpdesk_core.commands import Done, Nothing, Outcome, PassedOn, TakeEmail
from helpdesk_core.conversations import Conversation
from helpdesk_core.email import UNKNOWN
from helpdesk_core.event_log import Occasion
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.mail.find_receivers import receiver_of, sent_by_itself, staff_of
from helpdesk_core.use_cases.mail.keep_mail import already_received, seen_before
from helpdesk_core.use_cases.mail.place_mail import place_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author, note_step
from helpdesk_core.users import DESK, Actor, User

AS_TOLD = "It was passed on by a colleague: who wrote it, and when, is as their mail tells."


async def forward_step(
    command: TakeEmail,
    passed_on: PassedOn,
    staff: User,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Outcome:
    """The step: what was passed on is its writer's message, and what stood above it a note.

    The note is the user's where it is proven that the mail is theirs; else it is the desk's, and says who is said to
    have passed it on. Nobody gains by forging that: it lets them say no more than a mail in the customer's name would,
    and copies nobody in. The same mail again changes nothing; the same message passed on once more becomes one more
    note. What a colleague wrote, or a sender who is kept out, is no ticket when it is passed on either.
    """
    refused = await receiver_of(passed_on.mail, domain, work, organization.id)
    if isinstance(refused, Nothing):
        return refused
    colleague = await staff_of(passed_on.mail, organization.id, work)
    if colleague is not None:
        return sent_by_itself(organization, colleague.email)
    name = f"forward:{command.mail.message_id or command.external_id or ''}"
    known = await work.conversations.by_external_id(organization.id, Channel.EMAIL, name)
    if known is not None:
        return already_received(known)
    proven = command.authentication.proves(staff.email)
    inner = _inner(command, passed_on)
    message = await seen_before(inner, organization.id, work) or await place_step(
        inner, organization, work, occasion, domain, copying=proven
    )
    by = Actor("user", staff.id, staff.name) if proven and staff.disabled_at is None else DESK
    told = passed_on.note if by is not DESK else f"{_claim(staff)}\n\n{passed_on.note}".strip()
    await _note(told, message, by, name if name != "forward:" else None, work, occasion)
    if command.mail.message_id is not None:
        ids = (command.mail.message_id,)
        await work.threads.remember(organization.id, message.ticket_id, ids, None)
    return Done(organization.id, message.ticket_id, message.id)


def _inner(command: TakeEmail, passed_on: PassedOn) -> TakeEmail:
    """The mail that was passed on, as if its writer had sent it here."""
    return evolve(
        command,
        mail=evolve(passed_on.mail, warnings=(*passed_on.mail.warnings, AS_TOLD)),
        words=passed_on.words,
        files=passed_on.files,
        written_at=passed_on.mail.date,
        authentication=UNKNOWN,
        passed_on=None,
    )


async def _note(
    told: str, message: Conversation, by: Actor, name: str | None, work: Work, occasion: Occasion
) -> None:
    ticket = await existing_ticket(message.organization_id, message.ticket_id, work)
    if ticket.closed:
        return
    content = document_from_text(told or "Passed on by mail.")
    draft = Draft(content=content, author=agent_author(by), external_id=name)
    await note_step(ticket, draft, work, evolve(occasion, actor=by))


def _claim(staff: User) -> str:
    return (
        f"Passed on, as the mail says, by {staff.name or staff.email} ({staff.email}). Nothing proves that."
    )
