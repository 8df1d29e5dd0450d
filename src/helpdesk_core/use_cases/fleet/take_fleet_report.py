"""A fleet's backend reports for a rider: a ticket opens, and the answer says which."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment, AttachmentState, FileOrigin, safe_filename
from helpdesk_core.commands import Command, Done, Nothing, Outcome, TakeFleetReport
from helpdesk_core.dedup import fingerprint, is_repeat
from helpdesk_core.errors import MissingSetting, NotAllowed, Refusal, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.fleet_reports import FleetReport
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId
from helpdesk_core.jobs import GiveUp, JobKind, TryLater
from helpdesk_core.media_types import UNKNOWN
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.customers.know_customer import acquaintance
from helpdesk_core.use_cases.mail.block_senders import refuse_blocked
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import Draft, customer_author, open_with_message
from helpdesk_core.use_cases.webhooks.perform_event import PerformEvent
from helpdesk_core.use_cases.webhooks.receive_webhook import ReceiveWebhook
from helpdesk_core.use_cases.widget.chat_in_widget import subject_of
from helpdesk_core.webhooks import WebhookEvent
from helpdesk_core.widget_sessions import Submission

PROVIDER: Final = "levy-fleets"
VEHICLE: Final = "vehicle_number"
"""The custom field, and the member of the ticket's metadata, that tells the vehicle."""
WEB: Final = "web-image"
"""The FileSource of pictures that stand anywhere in the web."""
SETTING: Final = "LEVY_FLEETS_ORGANIZATION"


async def take_fleet_report(command: TakeFleetReport, work: Work, occasion: Occasion) -> Outcome:
    """The step: a ticket with the rider's words, and a job that fetches the picture.

    The same report within half a minute is one ticket, on however many processes it arrives. NotAllowed for a blocked
    rider.
    """
    report = command.report
    organization = await work.organizations.by_slug(command.organization.lower())
    if organization is None:
        return Nothing(f"There is no organization {command.organization}", unmatched=True)
    mark = _mark(report)
    submission = await work.submissions.get(organization.id, mark)
    if submission is not None and is_repeat(submission.accepted_at, occasion.at):
        told = f"Already received as conversation {submission.conversation_id}"
        of = (organization.id, submission.conversation_id)
        if await work.conversations.get(*of) is not None:
            return Nothing(told, organization_id=organization.id, conversation_id=of[1])
    await refuse_blocked(organization.id, report.contacts, work)
    ticket, conversation_id = await _opened(report, organization.id, work, occasion)
    await work.submissions.put(Submission(organization.id, mark, occasion.at, ticket.id, conversation_id))
    return Done(organization.id, ticket.id, conversation_id)


@frozen
class Reported:
    """What became of a report. Not `finished`: it is kept, and a job will go on."""

    ticket: Ticket | None = None
    duplicate: bool = False
    finished: bool = True


@frozen
class TakePushedReport:
    """Keeps a report in the inbox and opens its ticket, in one unit of work.

    An accepted report is never lost: where it cannot be carried out it is kept, and a job goes on with it. Raises
    MissingSetting and NotAllowed with nothing kept.
    """

    store: Store
    receive: ReceiveWebhook
    perform: PerformEvent
    organization: str | None

    async def __call__(self, arrived: WebhookEvent) -> Reported:
        await self._check_organization()
        # Nothing that is sent tells two reports apart; whether they are one is decided by their words and the time.
        event = evolve(arrived, external_id=f"{arrived.external_id}:{arrived.id}")
        try:
            outcomes = await self.perform.at_once(event)
        except (Refusal, GiveUp):
            raise
        except Exception:  # noqa: BLE001  whatever stands against it will again, and be noted, once it is safe
            outcomes = await self._kept_first(event)
        return await self._became(outcomes)

    async def _check_organization(self) -> None:
        if not self.organization:
            raise MissingSetting(SETTING, "without it nobody knows whose the reports are")
        slug = self.organization.lower()
        if await self.store.read(lambda view: view.organizations.by_slug(slug)) is None:
            raise MissingSetting(SETTING, "no organization has this slug")

    async def _kept_first(self, event: WebhookEvent) -> Sequence[Outcome] | None:
        await self.receive.keep([event])
        try:
            return await self.perform(event.id, event.attempts + 1)
        except (TryLater, GiveUp, Refusal):  # noted on the event, which its job or an operator takes up again
            return None

    async def _became(self, outcomes: Sequence[Outcome] | None) -> Reported:
        outcome = outcomes[0] if outcomes else None
        if outcome is None or outcome.organization_id is None:
            return Reported(finished=outcome is not None)
        organization_id, conversation_id = outcome.organization_id, outcome.conversation_id

        async def look(view: View) -> Ticket | None:
            if conversation_id is None:
                return None
            known = await view.conversations.get(organization_id, conversation_id)
            conversation = existing(known, "conversation", conversation_id)
            return await existing_ticket(organization_id, conversation.ticket_id, view)

        return Reported(await self.store.read(look), duplicate=isinstance(outcome, Nothing))


@frozen
class NameOrganization:
    """Completes a report by whose it is, which the settings say."""

    organization: str | None

    async def complete(self, command: TakeFleetReport, event: WebhookEvent) -> Command:
        if not self.organization:
            raise MissingSetting(SETTING, "without it nobody knows whose the reports are")
        return evolve(command, organization=self.organization)

    async def fall_back(self, command: TakeFleetReport, event: WebhookEvent, reason: str) -> Command | None:
        """Nothing: the event keeps the whole report, and can be replayed."""
        return None


async def _opened(
    report: FleetReport, organization_id: OrganizationId, work: Work, occasion: Occasion
) -> tuple[Ticket, ConversationId]:
    customer = await acquaintance(organization_id, report.name, report.contacts, work, occasion)
    if customer.blocked:
        raise NotAllowed("Messages of this sender are not taken.")
    vehicle = {VEHICLE: report.vehicle_number} if report.vehicle_number else {}
    opening = Opening(
        subject=report.subject or _subject(report),
        channel=Channel.LEVY_FLEETS,
        custom_fields=vehicle,
        metadata=vehicle,
    )
    picture = _picture(report, organization_id, occasion) if report.image_url else None
    if picture is not None:
        await work.attachments.add(picture)
    draft = Draft(
        content=document_from_text(report.message),
        author=customer_author(customer),
        attachment_ids=(picture.id,) if picture is not None else (),
    )
    ticket, conversation = await open_with_message(opening, customer, draft, work, occasion)
    if picture is not None:
        payload = {"attachment_id": str(picture.id)}
        await work.jobs.add(occasion.job(organization_id, JobKind.FETCH_FILE, payload))
    return ticket, conversation.id


def _picture(report: FleetReport, organization_id: OrganizationId, occasion: Occasion) -> Attachment:
    """The place of the picture in its message: what it is, is told once it is there."""
    return Attachment(
        id=AttachmentId(occasion.new_id()),
        organization_id=organization_id,
        filename=_filename(report.image_url),
        content_type=UNKNOWN,
        size=0,
        created_at=occasion.at,
        state=AttachmentState.PENDING,
        external_id="image_url",
        origin=FileOrigin(WEB, PROVIDER, "", report.image_url),
    )


def _filename(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:  # no URL at all: the job that wants to fetch it will say so
        path = ""
    return safe_filename(unquote(path.rpartition("/")[2]), "picture")


def _subject(report: FleetReport) -> str:
    words = subject_of(report.message)
    return subject_of(f"{report.vehicle_number}: {words}") if report.vehicle_number else words


def _mark(report: FleetReport) -> str:
    who = ",".join(contact.value for contact in report.contacts)
    text = f"{report.subject}\n{report.vehicle_number}\n{report.message}"
    return fingerprint(f"{PROVIDER}:{who}", text, (report.image_url,))
