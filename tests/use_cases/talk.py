"""A desk that talks over channels other than mail: the use cases alone, over any store, with a provider that the test
plays.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from attrs import Factory, define, evolve

from helpdesk_adapters.blobs.memory import MemoryBlobs
from helpdesk_adapters.secrets.keys import Keyring
from helpdesk_adapters.secrets.vault import FernetVault
from helpdesk_adapters.storage.memory.store import MemoryStore
from helpdesk_core.attachments import Attachment
from helpdesk_core.commands import (
    Command,
    HearMessage,
    Nothing,
    Outcome,
    TellAfterwords,
    TellArrival,
    TellChoice,
)
from helpdesk_core.conversations import Conversation, DeliveryState, Kind
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import JobId, TicketId, uuid7
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.messages import Message, OutgoingMessage, Sender
from helpdesk_core.organizations import MailDomain
from helpdesk_core.paging import Page
from helpdesk_core.ports.messages import OpenAccount, SentPart
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Status, Ticket, with_status
from helpdesk_core.use_cases.mail.send_reply import RetryReply
from helpdesk_core.use_cases.messaging.hear_message import hear_message
from helpdesk_core.use_cases.messaging.send_message import SendMessage
from helpdesk_core.use_cases.messaging.take_afterwords import take_afterwords, take_choice
from helpdesk_core.use_cases.messaging.take_arrival import take_arrival
from helpdesk_core.use_cases.tickets.post_conversation import Draft, PostConversation, agent_author
from helpdesk_core.users import DESK, Actor
from tests.contracts.builders import NOON, an_integration, an_organization

OURS = "+12025550199"
NOOR = Actor("user", None, "Noor")
EVERY = Page(limit=100, sort="created_at")
STEPS: dict[type[Any], Callable[[Any, Work, Occasion], Awaitable[Outcome]]] = {
    HearMessage: hear_message,
    TellAfterwords: take_afterwords,
    TellArrival: take_arrival,
    TellChoice: take_choice,
}


def said(external_id: str, by: str, minute: float, text: str = "", **more: Any) -> Message:
    """A message of whoever has that number, so many minutes after noon."""
    return Message(
        **{
            "channel": Channel.SMS,
            "account": OURS,
            "external_id": external_id,
            "threads": (by,),
            "sender": Sender(contacts=(Contact(PHONE, by),)),
            "at": NOON + timedelta(minutes=minute),
            "text": text or f"I am {external_id}.",
            "subject": f"SMS: {by}",
            **more,
        }
    )


@define
class Provider:
    """Takes what is sent, cut at bars. `troubles` are met in turn, one a call; None is none."""

    window: timedelta | None = None
    troubles: list[Exception | None] = Factory(list)
    taken: list[OutgoingMessage] = Factory(list)
    calls: int = 0
    on_send: Callable[[OutgoingMessage], Awaitable[None]] | None = None
    looks_up: bool = False
    state: DeliveryState = DeliveryState.SENT

    def parts(self, message: OutgoingMessage) -> Sequence[OutgoingMessage]:
        return [
            evolve(message, text=text, key=f"{message.key}/{number}")
            for number, text in enumerate(message.text.split("|"))
        ]

    async def send(self, part: OutgoingMessage, account: OpenAccount) -> SentPart:
        self.calls += 1
        if part.again:
            known = [one for one in self.taken if one.key == part.key]
            if not self.looks_up:
                raise GiveUp("Nobody can tell whether it has left.")
            if known:
                return self._as_taken(known[0])
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None and not isinstance(trouble, TakenFirst):
            raise trouble
        self.taken.append(part)
        if self.on_send is not None:
            await self.on_send(part)
        if trouble is not None:
            raise trouble.then
        return self._as_taken(part)

    def _as_taken(self, part: OutgoingMessage) -> SentPart:
        return SentPart(self.id_of(part), self.state, NOON + timedelta(minutes=50))

    def id_of(self, part: OutgoingMessage) -> str:
        again = part.key.split("/", 1)[1].replace("/", "-")
        return f"out-{part.text.split()[0]}-{again}"

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.taken]


@define
class TakenFirst(Exception):
    """The message is taken, and then this happens."""

    then: Exception


@define
class Talk:
    """An organization with a number at a provider."""

    store: Store
    channel: Channel = Channel.SMS
    now: datetime = NOON + timedelta(hours=1)
    organization: Any = Factory(an_organization)
    provider: Provider = Factory(Provider)
    _ids: Any = Factory(count)

    async def begin(self) -> "Talk":
        account = an_integration(self.organization, provider=self.channel.value, external_id=OURS)

        async def unit(work: Work) -> None:
            await work.organizations.add(self.organization)
            await work.integrations.add(account)

        await self.store.transact(unit)
        return self

    def new_id(self) -> UUID:
        return uuid7(self.now, next(self._ids) << 8)

    def clock(self) -> datetime:
        return self.now

    async def tell(self, *commands: Command) -> Outcome:
        """Each in a unit of its own, a second later than the last; what became of the last one."""
        outcome: Outcome = Nothing("Nothing was told.")
        for command in commands:
            self.now += timedelta(seconds=1)
            occasion = Occasion(self.now, self.new_id, DESK, cause=f"webhook:{self.new_id()}")
            outcome = await self.store.transact(
                lambda work, command=command, occasion=occasion: STEPS[type(command)](command, work, occasion)  # type: ignore[misc]
            )
        return outcome

    async def hear(self, *messages: Message) -> Outcome:
        return await self.tell(*(HearMessage(one) for one in messages))

    async def answer(self, ticket_id: TicketId, text: str) -> Conversation:
        self.now += timedelta(seconds=1)
        draft = Draft(document_from_text(text), agent_author(NOOR))
        domain = MailDomain("desk.example", (b"k" * 32,))
        post = PostConversation(self.store, domain, self.clock, self.new_id)
        return await post(self.organization.id, ticket_id, NOOR, Kind.REPLY, draft)

    async def send(self, answer: Conversation, attempt: int = 1, job: str = "a") -> Conversation:
        """One try of the job that sends it; raises what that raises."""
        sender = SendMessage(
            self.store,
            MemoryBlobs(self.clock),
            FernetVault(Keyring(("a key for tests",))),
            {self.channel: self.provider},
            _no_link,
            self.clock,
            self.new_id,
        )
        job_id = JobId(UUID(int=ord(job)))
        await sender(self.organization.id, answer.id, job_id, attempt)
        return await self.look(answer)

    async def try_to_send(self, answer: Conversation, attempt: int = 1, job: str = "a") -> Conversation:
        """The same; the answer as it stands afterwards, whatever happened."""
        try:
            await self.send(answer, attempt, job)
        except (TryLater, GiveUp):
            return await self.look(answer)
        return await self.look(answer)

    async def retry(self, answer: Conversation) -> Conversation:
        return await RetryReply(self.store, self.clock, self.new_id)(self.organization.id, answer.id, NOOR)

    async def look(self, answer: Conversation) -> Conversation:
        found = await self.store.read(lambda view: view.conversations.get(self.organization.id, answer.id))
        assert found is not None
        return found

    async def tickets(self) -> list[tuple[Ticket, list[Conversation]]]:
        """The tickets that stand for themselves, each with its messages in order."""

        async def unit(view: View) -> list[tuple[Ticket, list[Conversation]]]:
            found = await view.tickets.page(self.organization.id, TicketFilter(), Page(100, "number"))
            return [
                (
                    ticket,
                    [*(await view.conversations.of_ticket(self.organization.id, ticket.id, EVERY)).items],
                )
                for ticket in found.items
            ]

        return await self.store.read(unit)

    async def close(self, ticket_id: TicketId) -> None:
        """An agent closes it."""

        async def unit(work: Work) -> None:
            ticket = await work.tickets.get(self.organization.id, ticket_id)
            assert ticket is not None
            await work.tickets.replace(with_status(ticket, Status.CLOSED, self.now))

        await self.store.transact(unit)

    async def only(self) -> tuple[Ticket, list[Conversation]]:
        [(ticket, messages)] = await self.tickets()
        return ticket, messages


async def a_talk(store: Store | None = None, channel: Channel = Channel.SMS, **more: Any) -> Talk:
    return await Talk(store or MemoryStore(), channel, **more).begin()


async def _messages_of(ticket: Ticket, view: View) -> list[Conversation]:
    return [*(await view.conversations.of_ticket(ticket.organization_id, ticket.id, EVERY)).items]


async def _no_link(file: Attachment) -> str:
    raise AssertionError(file)
