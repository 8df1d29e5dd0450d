"""Who performs which job: each takes the ids out of a job's payload and calls the use case.

A use case that needs the job itself (its id as a key, the place from which it goes on) is a performer and not here.
"""

from collections.abc import Callable
from uuid import UUID

from helpdesk_adapters.email.imap.passes import SyncMailboxes
from helpdesk_core.ids import (
    AttachmentId,
    ConversationId,
    CustomerId,
    DeliveryId,
    ImportId,
    IntegrationId,
    OrganizationId,
    PrivacyRequestId,
    TicketId,
    UserId,
    WebhookEventId,
)
from helpdesk_core.jobs import GiveUp, Job
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.sla import Goal
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.check_sellers import CheckSellers
from helpdesk_core.use_cases.accounts.check_shops import CheckShops
from helpdesk_core.use_cases.accounts.register_webhooks import RegisterWebhooks
from helpdesk_core.use_cases.accounts.revoke_access import RevokeAccess
from helpdesk_core.use_cases.automation.keep_sla import TellBreach
from helpdesk_core.use_cases.customers.erase_customer import GoOnErasing
from helpdesk_core.use_cases.customers.erase_traces import EraseTraces
from helpdesk_core.use_cases.customers.fulfil_privacy_request import FulfilPrivacyRequest
from helpdesk_core.use_cases.files.fetch_file import FetchFile
from helpdesk_core.use_cases.files.forget_blobs import ForgetBlobs
from helpdesk_core.use_cases.importing.run_import import RunImport
from helpdesk_core.use_cases.knowledge.embed_passages import EmbedPassages
from helpdesk_core.use_cases.knowledge.sync_knowledge import SyncKnowledge
from helpdesk_core.use_cases.languages.tell_languages import TellLanguages
from helpdesk_core.use_cases.languages.translate_answer import TranslateAnswer
from helpdesk_core.use_cases.languages.translate_message import TranslateMessage
from helpdesk_core.use_cases.mail.send_reply import SendReply
from helpdesk_core.use_cases.messaging.announce_ticket import AnnounceTicket, AnswerAsker
from helpdesk_core.use_cases.messaging.join_parts import JoinParts
from helpdesk_core.use_cases.messaging.send_message import SendMessage
from helpdesk_core.use_cases.messaging.settle_call import SettleCall
from helpdesk_core.use_cases.people.mail_links import MailLink
from helpdesk_core.use_cases.people.mail_notifications import MailNotifications
from helpdesk_core.use_cases.running.perform_job import Performer
from helpdesk_core.use_cases.running.sweep import Sweep
from helpdesk_core.use_cases.suggestions.suggest_by_itself import SuggestByItself
from helpdesk_core.use_cases.tickets.know_tags import RetagTickets
from helpdesk_core.use_cases.tickets.wake_ticket import WakeTicket
from helpdesk_core.use_cases.webhooks.deliver_webhook import DeliverWebhook, Turn
from helpdesk_core.use_cases.webhooks.perform_event import PerformEvent
from helpdesk_core.use_cases.widget.answer_in_widget import MailUnseenAnswer


def performs_event(perform: PerformEvent) -> Performer:
    async def performer(job: Job) -> None:
        await perform(WebhookEventId(UUID(job.payload["event_id"])), job.attempts)

    return performer


def sends_reply(send: SendReply) -> Performer:
    async def performer(job: Job) -> None:
        await send(_organization(job), _conversation(job), job.id, job.attempts)

    return performer


def sends_message(send: SendMessage) -> Performer:
    async def performer(job: Job) -> None:
        await send(_organization(job), _conversation(job), job.id, job.attempts)

    return performer


def fetches_file(fetch: FetchFile) -> Performer:
    async def performer(job: Job) -> None:
        await fetch(_organization(job), AttachmentId(UUID(job.payload["attachment_id"])), job.attempts)

    return performer


def runs_import(run: RunImport) -> Performer:
    async def performer(job: Job) -> None:
        await run(_organization(job), ImportId(UUID(job.payload["import_id"])), job.attempts, as_job=True)

    return performer


def settles_call(settle: SettleCall) -> Performer:
    async def performer(job: Job) -> None:
        await settle(_organization(job), job.payload["call"])

    return performer


def joins_parts(join: JoinParts) -> Performer:
    async def performer(job: Job) -> None:
        told = job.payload
        await join(
            _organization(job),
            Channel(told["channel"]),
            told["account"],
            told["key"],
            told["total"],
            told["first"],
            gives_up=told["gives_up"],
        )

    return performer


def announces_ticket(announce: AnnounceTicket) -> Performer:
    async def performer(job: Job) -> None:
        ticket_id = TicketId(UUID(job.payload["ticket_id"]))
        account = IntegrationId(UUID(job.payload["integration_id"]))
        await announce(_organization(job), ticket_id, account, job.attempts)

    return performer


def answers_asker(answer: AnswerAsker) -> Performer:
    async def performer(job: Job) -> None:
        event_id = WebhookEventId(UUID(job.payload["event_id"]))
        await answer(_organization(job), _conversation(job), event_id, job.payload["account"], job.attempts)

    return performer


def mails_unseen_answer(mail: MailUnseenAnswer) -> Performer:
    async def performer(job: Job) -> None:
        await mail(_organization(job), _conversation(job))

    return performer


def tells_languages(tell: TellLanguages) -> Performer:
    async def performer(job: Job) -> None:
        named = job.payload.get("conversation_ids") or [job.payload["conversation_id"]]
        anew = [ConversationId(UUID(id_)) for id_ in job.payload.get("anew", ())]
        await tell(_organization(job), [ConversationId(UUID(id_)) for id_ in named], anew)

    return performer


def translates_message(translate: TranslateMessage) -> Performer:
    async def performer(job: Job) -> None:
        await translate(_organization(job), _conversation(job), job.attempts)

    return performer


def translates_answer(translate: TranslateAnswer) -> Performer:
    async def performer(job: Job) -> None:
        await translate(_organization(job), _conversation(job), job.attempts)

    return performer


def wakes_ticket(wake: WakeTicket) -> Performer:
    async def performer(job: Job) -> None:
        await wake(_organization(job), TicketId(UUID(job.payload["ticket_id"])))

    return performer


def tells_breach(tell: TellBreach) -> Performer:
    async def performer(job: Job) -> None:
        await tell(_organization(job), TicketId(UUID(job.payload["ticket_id"])), Goal(job.payload["which"]))

    return performer


def retags_tickets(retag: RetagTickets) -> Performer:
    async def performer(job: Job) -> None:
        await retag(_organization(job), job.payload["tag"], job.payload["becomes"])

    return performer


def erases_customer(erase: GoOnErasing) -> Performer:
    async def performer(job: Job) -> None:
        await erase(_organization(job), CustomerId(UUID(job.payload["customer_id"])))

    return performer


def erases_traces(erase: EraseTraces) -> Performer:
    async def performer(job: Job) -> None:
        customer_id = CustomerId(UUID(job.payload["customer_id"]))
        await erase(_organization(job), customer_id, job.payload["digests"])

    return performer


def fulfils_request(fulfil: FulfilPrivacyRequest) -> Performer:
    async def performer(job: Job) -> None:
        request_id = PrivacyRequestId(UUID(job.payload["request_id"]))
        await fulfil(_organization(job), request_id, job.payload["digests"])

    return performer


def checks_shops(check: CheckShops) -> Performer:
    async def performer(job: Job) -> None:
        await check()

    return performer


def registers_webhooks(register: RegisterWebhooks) -> Performer:
    async def performer(job: Job) -> None:
        await register(_organization(job), IntegrationId(UUID(job.payload["integration_id"])))

    return performer


def revokes_access(revoke: RevokeAccess) -> Performer:
    async def performer(job: Job) -> None:
        account = IntegrationId(UUID(job.payload["integration_id"]))
        await revoke(_organization(job), account, job.payload["sealed"], job.attempts)

    return performer


def delivers_webhook(deliver: DeliverWebhook) -> Performer:
    async def performer(job: Job) -> None:
        turn = Turn(
            organization_id=_organization(job),
            delivery_id=DeliveryId(UUID(job.payload["delivery_id"])),
            attempt=job.payload["attempt"],
            step=job.payload["step"],
        )
        await deliver(turn)

    return performer


def forgets_blobs(forget: ForgetBlobs) -> Performer:
    async def performer(job: Job) -> None:
        await forget(_organization(job), job.payload["digests"])

    return performer


def sweeps(sweep: Sweep) -> Performer:
    async def performer(job: Job) -> None:
        await sweep()

    return performer


def checks_sellers(check: CheckSellers) -> Performer:
    async def performer(job: Job) -> None:
        await check()

    return performer


def syncs_mailboxes(sync: SyncMailboxes) -> Performer:
    async def performer(job: Job) -> None:
        # What is wrong with a mailbox is kept with it, and the next pass comes by itself.
        await sync(by_schedule=True)

    return performer


def mails_link(mail: MailLink) -> Performer:
    async def performer(job: Job) -> None:
        await mail(job, UserId(UUID(job.payload["user_id"])), job.payload["sealed"])

    return performer


def suggests_replies(verb: Callable[[], SuggestByItself]) -> Performer:
    """`verb` is built when there is something to suggest, and what it needs with it."""

    async def performer(job: Job) -> None:
        await verb()(_organization(job), TicketId(UUID(job.payload["ticket_id"])))

    return performer


def mails_notifications(mail: MailNotifications) -> Performer:
    async def performer(job: Job) -> None:
        await mail(job, UserId(UUID(job.payload["user_id"])))

    return performer


def syncs_knowledge(sync: SyncKnowledge) -> Performer:
    async def performer(job: Job) -> None:
        article_id = job.payload.get("article_id")
        if article_id is None:
            await sync(_organization(job), job.id)
        else:
            await sync.one(_organization(job), SourceKind.ARTICLE, UUID(article_id))

    return performer


def embeds_passages(embed: EmbedPassages) -> Performer:
    async def performer(job: Job) -> None:
        await embed(job.organization_id)

    return performer


def _organization(job: Job) -> OrganizationId:
    """Whose job it is; GiveUp for one that does not say."""
    if job.organization_id is None:
        raise GiveUp(f"A job of the kind {job.kind} must name its organization.")
    return job.organization_id


def _conversation(job: Job) -> ConversationId:
    return ConversationId(UUID(job.payload["conversation_id"]))
