"""Who performs which job: each takes the ids out of a job's payload and calls the use case."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.jobs import GiveUp, Job
from helpdesk_core.use_cases.answer_in_widget import MailUnseenAnswer
from helpdesk_core.use_cases.enrich_message import EnrichMessage

Performer = Callable[[Job], Awaitable[None]]


def enriching(enrich: EnrichMessage) -> Performer:
    async def performer(job: Job) -> None:
        await enrich(organization_of(job), ConversationId(UUID(job.payload["conversation_id"])), job.attempts)

    return performer


def unseen_answer(mail: MailUnseenAnswer) -> Performer:
    async def performer(job: Job) -> None:
        await mail(organization_of(job), ConversationId(UUID(job.payload["conversation_id"])))

    return performer


def organization_of(job: Job) -> OrganizationId:
    """Whose job it is; GiveUp for one that does not say."""
    if job.organization_id is None:
        raise GiveUp(f"A job of the kind {job.kind} must name its organization.")
    return job.organization_id
