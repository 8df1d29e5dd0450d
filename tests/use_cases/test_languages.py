"""Languages of messages, over every way that they come, and what is left of both texts of an answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field
from dependency_injector import providers

from helpdesk_core.afterwords import Afterwords, Edit
from helpdesk_core.commands import TellAfterwords
from helpdesk_core.conversations import Conversation, DeliveryState, Kind, Translation, TranslationState
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId
from helpdesk_core.jobs import GiveUp, JobKind, TryLater
from helpdesk_core.organizations import MailDomain
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.languages.follow_messages import FollowMessages
from helpdesk_core.use_cases.languages.tell_languages import TellLanguages
from helpdesk_core.use_cases.languages.translate_answer import TranslateAnswer
from helpdesk_core.use_cases.running.follow_log import FollowLog
from helpdesk_core.use_cases.tickets.post_conversation import Draft, PostConversation, agent_author
from helpdesk_core.users import Actor
from tests.use_cases.conftest import Bench
from tests.use_cases.talk import OURS, Talk, a_talk, said
from tests.use_cases.test_mail_in import a_mail, done

GERMAN = "Guten Tag, wo bleibt denn mein Paket? Ich warte schon zwei Wochen."
ENGLISH = "Hello, where is my parcel? I have been waiting for two weeks."
NOOR = Actor("user", None, "Noor")
IDA = "+14155550117"


@define
class Scripted:
    """A Translator that puts every text in capitals; `troubles` are met in turn."""

    troubles: list[Exception] = field(factory=list)
    asked: list[Sequence[str]] = field(factory=list)

    async def translate(
        self, texts: Sequence[str], source: str | None, target: str, names: Sequence[str] = ()
    ) -> Sequence[str]:
        self.asked.append(texts)
        if self.troubles:
            raise self.troubles.pop(0)
        return [text.upper() for text in texts]


@define
class ByFirstWord:
    """A Languages that knows a few words."""

    async def detect(self, text: str) -> str | None:
        return {"Guten": "de", "Hello,": "en", "Bonjour,": "fr"}.get(
            text.split(maxsplit=1)[0] if text.strip() else ""
        )


@pytest.fixture
def translator(bench: Bench) -> Scripted:
    scripted = Scripted()
    bench.desk.translator.override(providers.Object(scripted))
    return scripted


async def conversations(
    bench: Bench, organization_id: OrganizationId, ticket_id: TicketId
) -> list[Conversation]:
    page = Page(limit=100, sort="created_at")
    found = await bench.desk.store().read(
        lambda view: view.conversations.of_ticket(organization_id, ticket_id, page)
    )
    return list(found.items)


async def jobs(store: Any, kind: JobKind) -> int:
    found = await store.read(lambda view: view.jobs.page(JobFilter(kind=kind), Page()))
    return len(found.items)


@pytest.mark.parametrize(("text", "language"), [(GERMAN, "de"), (ENGLISH, "en"), ("12345", None)])
async def test_a_mail_comes_in_with_its_language_and_needs_no_job_for_it(
    bench: Bench, text: str, language: str | None
) -> None:
    acme = await bench.begin()
    quoted = f"{text}\n\nOn Mon, 6 Apr 2026 at 11:30, Acme wrote:\n> We have received your message, and answer soon.\n"
    outcome = await done(bench, a_mail(body=quoted))
    (message,) = await conversations(bench, acme.id, outcome.ticket_id)
    ticket = await bench.desk.store().read(lambda view: view.tickets.get(acme.id, outcome.ticket_id))
    assert ticket is not None
    assert (message.language, ticket.language) == (language, language)
    await bench.desk.follow_log()()
    customer = await bench.desk.store().read(lambda view: view.customers.get(acme.id, ticket.customer_id))
    assert customer is not None
    assert customer.language == language
    assert await jobs(bench.desk.store(), JobKind.ENRICH_MESSAGE) == 0
    (message,) = await conversations(bench, acme.id, outcome.ticket_id)
    unsaid = Translation("en", None, TranslationState.NOT_CONFIGURED)
    assert message.translation == (unsaid if language == "de" else None)


async def test_of_a_mail_only_what_is_new_is_translated(bench: Bench, translator: Scripted) -> None:
    acme = await bench.begin()
    quoted = f"{GERMAN}\n\nBis bald.\n\nOn Mon, 6 Apr 2026 at 11:30, Acme wrote:\n> We answer soon.\n"
    outcome = await done(bench, a_mail(body=quoted))
    await bench.desk.follow_log()()
    await bench.run_jobs()
    (message,) = await conversations(bench, acme.id, outcome.ticket_id)
    assert message.translation == Translation(
        "en", f"{GERMAN.upper()}\n\nBIS BALD.", TranslationState.TRANSLATED
    )


async def follow(talk: Talk, translator: Scripted | None = None) -> None:
    follower = FollowMessages(translator, lambda: talk.now, talk.new_id)
    await FollowLog(talk.store, {"languages": follower})()


async def test_one_job_tells_the_languages_of_whatever_has_come_over_other_channels() -> None:
    talk = await a_talk()
    for minute, text in enumerate((GERMAN, ENGLISH, "12345", "Bonjour, où est mon colis ?")):
        await talk.hear(said(f"m{minute}", IDA, minute, text))
    await follow(talk)
    assert await jobs(talk.store, JobKind.ENRICH_MESSAGE) == 1
    found = await talk.store.read(lambda view: view.jobs.page(JobFilter(kind=JobKind.ENRICH_MESSAGE), Page()))
    payload = found.items[0].payload
    assert len(payload["conversation_ids"]) == 3  # digits have no language
    await tell(talk, payload)
    ticket, messages = await talk.only()
    assert [message.language for message in messages] == ["de", "en", None, "fr"]
    assert ticket.language == "de"
    await follow(talk)  # what it has told of itself leads to nothing more
    assert await jobs(talk.store, JobKind.ENRICH_MESSAGE) == 1


async def tell(talk: Talk, payload: Any, translator: Scripted | None = None) -> None:
    told = TellLanguages(talk.store, ByFirstWord(), translator, lambda: talk.now, talk.new_id)
    await told(talk.organization.id, _ids(payload["conversation_ids"]), _ids(payload["anew"]))


def _ids(texts: Sequence[str]) -> list[ConversationId]:
    return [ConversationId(UUID(text)) for text in texts]


async def test_words_that_were_changed_are_looked_at_anew() -> None:
    talk = await a_talk()
    translator = Scripted()
    await talk.hear(said("m1", IDA, 1, ENGLISH))
    await follow(talk, translator)
    (first,) = (await pending(talk)).items
    await tell(talk, first.payload, translator)
    edit = Afterwords(edits=(Edit(talk.now, GERMAN),))
    await talk.tell(TellAfterwords(Channel.SMS, OURS, "m1", edit))
    await follow(talk, translator)
    again = [job for job in (await pending(talk)).items if job.id != first.id]
    (only,) = again
    assert only.payload["anew"] == only.payload["conversation_ids"]
    await tell(talk, only.payload, translator)
    _, (message,) = await talk.only()
    assert (message.language, message.translation) == ("de", Translation("en"))
    assert await jobs(talk.store, JobKind.TRANSLATE_MESSAGE) == 1


async def pending(talk: Talk) -> Any:
    return await talk.store.read(lambda view: view.jobs.page(JobFilter(kind=JobKind.ENRICH_MESSAGE), Page()))


async def test_history_and_what_happened_long_ago_is_left_as_it_is() -> None:
    talk = await a_talk()
    await talk.hear(said("m1", IDA, 1, GERMAN))
    later = talk.now
    talk.now = later.replace(year=later.year + 1)
    await follow(talk)
    assert await jobs(talk.store, JobKind.ENRICH_MESSAGE) == 0


async def answered(bench: Bench, text: str) -> tuple[OrganizationId, Any, Conversation]:
    """An answer to a mail, translated and sent."""
    acme = await bench.begin()
    outcome = await done(bench, a_mail(body=GERMAN, sender="Ida Brandt <ida@garden.example>"))
    draft = Draft(document_from_text(text), agent_author(NOOR), translate_to="de")
    reply = await bench.desk.post_conversation()(acme.id, outcome.ticket_id, NOOR, Kind.REPLY, draft)
    assert reply.delivery is not None
    assert reply.delivery.state is DeliveryState.QUEUED
    await bench.run_jobs()
    found = await bench.desk.store().read(lambda view: view.conversations.get(acme.id, reply.id))
    assert found is not None
    return acme.id, outcome, found


async def test_both_texts_of_an_answer_are_kept_and_the_translation_leaves(
    bench: Bench, translator: Scripted
) -> None:
    _, _, reply = await answered(bench, "Hello, Ida Brandt.\n\nIt is on its way.")
    assert reply.content_text == "HELLO, IDA BRANDT.\n\nIT IS ON ITS WAY."
    assert reply.translation == Translation(
        "en", "Hello, Ida Brandt.\n\nIt is on its way.", TranslationState.TRANSLATED
    )
    ((_, letter),) = bench.post.sent
    assert letter.text == "HELLO, IDA BRANDT.\n\nIT IS ON ITS WAY."


async def test_an_erased_customer_is_in_neither_text(bench: Bench, translator: Scripted) -> None:
    organization_id, outcome, _ = await answered(bench, "Hello, Ida Brandt.")
    await bench.desk.follow_log()()
    await bench.run_jobs()
    ticket = await bench.desk.store().read(lambda view: view.tickets.get(organization_id, outcome.ticket_id))
    assert ticket is not None
    await bench.desk.erase_customer()(organization_id, ticket.customer_id, NOOR)
    await bench.run_jobs()
    theirs, reply = await conversations(bench, organization_id, outcome.ticket_id)
    assert (theirs.translation, theirs.content_text) == (None, "")
    assert "brandt" not in str(reply).lower()
    assert reply.translation is not None
    assert reply.translation.text == "Hello, [erased]."


async def test_words_are_blacked_out_of_both_texts(bench: Bench, translator: Scripted) -> None:
    organization_id, _, reply = await answered(bench, "Hello, the code is sesame.")
    redact = bench.desk.redact_conversation()
    with pytest.raises(InvalidValue, match="does not occur"):
        await redact(organization_id, reply.id, NOOR, "never said")
    redacted = await redact(organization_id, reply.id, NOOR, "sesame")
    assert "sesame" not in str(redacted).lower()
    assert redacted.translation is None


async def test_an_answer_that_is_redacted_while_it_waits_never_leaves(
    bench: Bench, translator: Scripted
) -> None:
    acme = await bench.begin()
    outcome = await done(bench, a_mail(body=GERMAN))
    draft = Draft(document_from_text("Hello, the code is sesame."), agent_author(NOOR), translate_to="de")
    reply = await bench.desk.post_conversation()(acme.id, outcome.ticket_id, NOOR, Kind.REPLY, draft)
    await bench.desk.redact_conversation()(acme.id, reply.id, NOOR, "sesame")
    await bench.run_jobs()
    assert bench.post.sent == []
    assert translator.asked == []


async def test_what_can_never_be_translated_never_leaves_and_says_why(
    bench: Bench, translator: Scripted
) -> None:
    acme = await bench.begin()
    outcome = await done(bench, a_mail(body=GERMAN))
    ticket = await bench.desk.store().read(lambda view: view.tickets.get(acme.id, outcome.ticket_id))
    assert ticket is not None
    translator.troubles = [GiveUp("Never.")]
    draft = Draft(document_from_text("Hello, it is on its way."), agent_author(NOOR), translate_to="de")
    reply = await bench.desk.post_conversation()(acme.id, outcome.ticket_id, NOOR, Kind.REPLY, draft)
    await bench.run_jobs()
    found = await bench.desk.store().read(lambda view: view.conversations.get(acme.id, reply.id))
    assert found is not None
    assert found.delivery is not None
    assert (found.delivery.state, found.delivery.detail) == (
        DeliveryState.FAILED,
        "It could not be translated: Never.",
    )
    assert bench.post.sent == []


async def test_an_answer_by_message_leaves_translated_and_those_behind_it_wait() -> None:
    talk, translator = await a_talk(), Scripted([TryLater("The model is busy.")])
    await talk.hear(said("m1", IDA, 1, GERMAN))
    ticket, _ = await talk.only()
    post = PostConversation(
        talk.store, MailDomain("desk.example", (b"k" * 32,)), talk.clock, talk.new_id, translator
    )
    draft = Draft(document_from_text("Hello, it is on its way."), agent_author(NOOR), translate_to="de")
    first = await post(talk.organization.id, ticket.id, NOOR, Kind.REPLY, draft)
    second = await talk.answer(ticket.id, "Viele Grüße")
    for answer in (first, second):
        assert (await talk.try_to_send(answer)).delivery == answer.delivery
    translate = TranslateAnswer(talk.store, ByFirstWord(), translator, talk.clock, talk.new_id)
    with pytest.raises(TryLater):
        await translate(talk.organization.id, first.id, 1)
    waiting = await talk.look(first)
    assert waiting.delivery is not None
    assert waiting.delivery.detail == "It will be translated again: The model is busy."
    await translate(talk.organization.id, first.id, 2)
    await translate(talk.organization.id, first.id, 3)  # again, it changes nothing
    for answer in (first, second):
        await talk.send(answer)
    assert talk.provider.texts == ["HELLO, IT IS ON ITS WAY.", "Viele Grüße"]
    assert await jobs(talk.store, JobKind.SEND_MESSAGE) == 2
    left = await talk.look(first)
    assert left.translation == Translation("en", "Hello, it is on its way.", TranslationState.TRANSLATED)
