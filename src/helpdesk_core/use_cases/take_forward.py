"""A user passes somebody's mail on to the desk: it becomes that person's ticket."""

from collections.abc import Awaitable, Callable

from attrs import evolve

from helpdesk_core.commands import Done, Nothing, Outcome, PassedOn, TakeEmail
from helpdesk_core.conversations import Conversation
from helpdesk_core.email import UNKNOWN
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.find_ticket import existing_ticket
from helpdesk_core.use_cases.keep_mail import seen_before
from helpdesk_core.use_cases.post_conversation import Draft, agent_author, note_step
from helpdesk_core.users import DESK, Actor, User

AS_TOLD = "It was passed on by a colleague: who wrote it, and when, is as their mail tells."

Place = Callable[[TakeEmail], Awaitable[Conversation]]
"""Puts a mail where it belongs."""


async def forward_step(
    command: TakeEmail,
    passed_on: PassedOn,
    staff: User,
    organization_id: OrganizationId,
    place: Place,
    work: Work,
    occasion: Occasion,
) -> Outcome:
    """The step: what was passed on is its writer's message, and what stood above it a note.

    The note is the user's where it is proven that the mail is theirs; else it is the desk's, and says who is said to
    have passed it on. Nobody gains by forging that: it lets them say no more than a mail in the customer's name would.
    The same mail again changes nothing; the same message passed on once more becomes one more note.
    """
    name = f"forward:{command.mail.message_id or command.external_id or ''}"
    known = await work.conversations.by_external_id(organization_id, Channel.EMAIL, name)
    if known is not None:
        return Nothing(
            f"Already received as conversation {known.id}",
            organization_id=organization_id,
            conversation_id=known.id,
        )
    inner = evolve(
        command,
        mail=evolve(passed_on.mail, warnings=(*passed_on.mail.warnings, AS_TOLD)),
        words=passed_on.words,
        files=passed_on.files,
        written_at=passed_on.mail.date,
        authentication=UNKNOWN,
        passed_on=None,
    )
    message = await seen_before(inner, organization_id, work) or await place(inner)
    ticket = await existing_ticket(organization_id, message.ticket_id, work)
    if not ticket.closed:
        proven = command.authentication.proves(staff.email) and staff.disabled_at is None
        by = Actor("user", staff.id, staff.name) if proven else DESK
        told = passed_on.note if proven else f"{_claim(staff)}\n\n{passed_on.note}".strip()
        draft = Draft(
            content=document_from_text(told or "Passed on by mail."),
            author=agent_author(by),
            external_id=name if name != "forward:" else None,
        )
        await note_step(ticket, draft, work, evolve(occasion, actor=by))
    if command.mail.message_id is not None:
        await work.threads.remember(organization_id, ticket.id, (command.mail.message_id,), None)
    return Done(organization_id, message.ticket_id, message.id)


def _claim(staff: User) -> str:
    return (
        f"Passed on, as the mail says, by {staff.name or staff.email} ({staff.email}). Nothing proves that."
    )
