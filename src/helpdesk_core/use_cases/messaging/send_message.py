"""An answer leaves the desk as messages of the provider that its ticket is a conversation with."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.afterwords import PART_COUNT, with_afterwords
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, DeliveryState
from helpdesk_core.correspondences import with_choice
from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, JobId, NewId, OrganizationId
from helpdesk_core.integrations import TROUBLE, Integration
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater, short_error
from helpdesk_core.message_sendings import (
    WAITING_FOR_ACCOUNT,
    has_left,
    let_go,
    may_have_left,
    not_taken,
    part_sent,
)
from helpdesk_core.messages import OutgoingFile, OutgoingMessage
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.messages import (
    AccountRefused,
    MayHaveLeft,
    MessageSender,
    OpenAccount,
    OptedOut,
    SentPart,
)
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.keep_account import keep_account
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.use_cases.mail.report_delivery import tell_delivery
from helpdesk_core.use_cases.messaging.claim_message import UNSENT, Claimed, NotItsTurn, claim_step
from helpdesk_core.use_cases.messaging.find_correspondence import known_correspondence
from helpdesk_core.use_cases.messaging.take_arrival import on_its_way, told_before
from helpdesk_core.users import DESK

LOOK_AGAIN = timedelta(minutes=10)
"""How long a provider has to tell by itself of a message whose sending nobody knows the end of."""
ACCOUNT_PAUSE = timedelta(minutes=15)
LONGEST_DETAIL = 500

LinkTo = Callable[[Attachment], Awaitable[str]]
"""An address that anybody can fetch a file from for an hour."""


@frozen
class SendMessage:
    """Sends a queued answer, piece by piece, and records how that went.

    Runs at least once. A piece that was taken is noted at once and not sent again; where nobody knows whether it was
    taken, its provider is asked, or waited for, before it is sent a second time. Answers of one ticket leave in their
    order. Whoever wants no messages gets none.
    """

    store: Store
    blobs: Blobs
    vault: Vault
    senders: Mapping[Channel, MessageSender]
    link_to: LinkTo
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, job_id: JobId, attempt: int
    ) -> None:
        async def claim(work: Work) -> Claimed | None:
            occasion = Occasion(self.clock(), self.new_id, DESK, cause=f"conversation:{conversation_id}")
            return await claim_step(organization_id, conversation_id, job_id, self.senders, work, occasion)

        try:
            claimed = await self.store.transact(claim)
        except NotItsTurn as waiting:
            if attempt >= MAX_ATTEMPTS:
                place = (organization_id, conversation_id)
                await self._record(
                    *place, DeliveryState.FAILED, "An earlier answer of this ticket has not left."
                )
            raise waiting
        if claimed is None:
            return
        try:
            await self._send(claimed)
        except MayHaveLeft as unknown:
            await self._later(claimed, attempt, unknown, f"It may have left. {unknown}", unsure=True)
            raise MayHaveLeft(str(unknown), unknown.after or LOOK_AGAIN) from unknown
        except AccountRefused as refused:
            still = await self.store.transact(partial(self._in_trouble, claimed.account, str(refused)))
            await self._later(claimed, attempt, refused, f"{refused} {WAITING_FOR_ACCOUNT}")
            pause = refused.after or ACCOUNT_PAUSE if still else None
            raise AccountRefused(str(refused), pause) from refused
        except OptedOut as out:
            await self.store.transact(partial(self._opted_out, claimed))
            await self._failed(claimed, str(out))
            raise
        except MissingSetting as missing:
            await self._failed(claimed, str(missing))
            raise GiveUp(str(missing)) from missing
        except GiveUp as never:
            await self._failed(claimed, str(never))
            raise
        except Exception as error:
            known = f"Will be tried again: {error}"
            shown = known if isinstance(error, TryLater) else "Will be tried again."
            await self._later(claimed, attempt, error, shown)
            raise

    async def _send(self, claimed: Claimed) -> None:
        message = evolve(claimed.message, files=await self._files(claimed.answer))
        sender = self.senders[message.channel]
        parts = sender.parts(message)
        access = opened(claimed.account, self.vault)
        if len(parts) > 1:
            await self.store.transact(partial(self._note_count, claimed, len(parts)))
        unsent = [number for number in range(len(parts)) if not has_left(claimed.answer, number)]
        for number in unsent:
            again = number == unsent[0] and may_have_left(claimed.answer)
            try:
                sent = await _taken(sender, evolve(parts[number], again=again), access)
            except MayHaveLeft:
                if not await self._was_told_of(claimed, number):
                    raise
            else:
                await self._note(claimed, sent, number, len(parts), ends=number == unsent[-1])

    async def _files(self, answer: Conversation) -> tuple[OutgoingFile, ...]:
        ids = list(answer.attachment_ids)
        if not ids:
            return ()
        found = await self.store.read(lambda view: view.attachments.many(answer.organization_id, ids))
        return tuple(
            [
                OutgoingFile(
                    file.filename,
                    file.content_type,
                    file.size,
                    await self.link_to(file),
                    partial(self.blobs.get, file.organization_id, file.digest),
                )
                for file in (found[one] for one in ids if one in found)
                if file.digest is not None
            ]
        )

    async def _note(self, claimed: Claimed, sent: SentPart, number: int, count: int, *, ends: bool) -> None:
        try:
            await self.store.transact(partial(self._note_part, claimed, sent, number, count, ends))
        except Exception as error:
            raise MayHaveLeft(f"It was taken, and that could not be noted: {short_error(error)}") from error

    async def _note_count(self, claimed: Claimed, count: int, work: Work) -> None:
        """The unit: its provider may tell of the first piece at once, and then it must be known that it is not all."""
        fresh = await work.conversations.get(claimed.answer.organization_id, claimed.answer.id)
        if fresh is not None and fresh.metadata.get(PART_COUNT) != count:
            await work.conversations.replace(evolve(fresh, metadata={**fresh.metadata, PART_COUNT: count}))

    async def _was_told_of(self, claimed: Claimed, number: int) -> bool:
        """Whether the provider has told by itself, meanwhile, that the piece of this number has left."""
        answer = claimed.answer
        fresh = await self.store.read(lambda view: view.conversations.get(answer.organization_id, answer.id))
        return fresh is not None and has_left(fresh, number)

    async def _note_part(
        self, claimed: Claimed, sent: SentPart, number: int, count: int, ends: bool, work: Work
    ) -> None:
        """The unit: a piece was taken. What its provider has told of it already is known from now on."""
        answer, message = claimed.answer, claimed.message
        fresh = await work.conversations.get(answer.organization_id, answer.id)
        if fresh is None:
            return
        now = self.clock()
        place = (answer.organization_id, message.channel, message.account, sent.provider_id)
        told = await told_before(place, answer, work, now)
        moved = with_afterwords(part_sent(fresh, sent.provider_id, sent.state, count, number), told)
        moved = let_go(moved) if ends else moved
        moved = await on_its_way(moved, place, message.thread, sent.sent_at or now, work)
        await work.conversations.replace(moved)
        await tell_delivery(moved, work, self._occasion(moved))

    async def _later(
        self, claimed: Claimed, attempt: int, error: Exception, shown: str, *, unsure: bool = False
    ) -> None:
        answer = claimed.answer
        last = attempt >= MAX_ATTEMPTS
        state = DeliveryState.FAILED if last else DeliveryState.QUEUED
        told = (str(error) or short_error(error)) if last else shown
        await self._record(answer.organization_id, answer.id, state, told, unsure=unsure)

    async def _failed(self, claimed: Claimed, told: str) -> None:
        answer = claimed.answer
        await self._record(answer.organization_id, answer.id, DeliveryState.FAILED, told)

    async def _record(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        state: DeliveryState,
        detail: str,
        *,
        unsure: bool = False,
    ) -> None:
        async def unit(work: Work) -> None:
            fresh = await work.conversations.get(organization_id, conversation_id)
            if fresh is None or fresh.delivery is None or fresh.delivery.state not in UNSENT:
                return  # the provider's word was faster than ours
            moved = not_taken(fresh, state, detail[:LONGEST_DETAIL], unsure=unsure)
            await work.conversations.replace(moved)
            await tell_delivery(moved, work, self._occasion(moved))

        await self.store.transact(unit)

    async def _in_trouble(self, account: Integration, told: str, work: Work) -> bool:
        """The unit: whether it is refused as it is now, and was not connected again meanwhile."""
        known = await work.integrations.by_account(account.provider, account.external_id)
        if known is None or known.sealed != account.sealed:
            return known is None
        troubled = evolve(known, settings={**known.settings, TROUBLE: told[:LONGEST_DETAIL]})
        await keep_account(known, troubled, work, Occasion(self.clock(), self.new_id, DESK))
        return True

    async def _opted_out(self, claimed: Claimed, work: Work) -> None:
        message = claimed.message
        place = (claimed.answer.organization_id, message.channel, message.account, message.thread)
        known = await known_correspondence(*place, work)
        if known is not None:
            await work.correspondences.put(with_choice(known, self.clock(), opted_out=True))

    def _occasion(self, answer: Conversation) -> Occasion:
        return Occasion(self.clock(), self.new_id, DESK, cause=f"conversation:{answer.id}")


async def _taken(sender: MessageSender, part: OutgoingMessage, account: OpenAccount) -> SentPart:
    """The piece as the provider took it. Of what broke on the way in a manner that nobody foresaw, nobody knows."""
    try:
        return await sender.send(part, account)
    except (TryLater, GiveUp, MissingSetting):
        raise
    except Exception as error:
        raise MayHaveLeft(f"The sending broke off: {short_error(error)}") from error
