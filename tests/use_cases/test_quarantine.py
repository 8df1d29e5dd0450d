"""What is held, by what rule, and what happens to it with time."""

from datetime import timedelta

import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_core.attachments import GRACE
from helpdesk_core.commands import Done, Nothing, Outcome
from helpdesk_core.conversations import Kind
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import CustomerId, JobId, OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.store import View
from helpdesk_core.quarantine import (
    CARE,
    HELD_FOR,
    QuarantinedMail,
    QuarantineState,
    Reason,
    calls_spam,
    is_dangerous,
)
from helpdesk_core.rate_limits import Rate
from helpdesk_core.richtext import document_from_text
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import DESK, Role
from tests.use_cases.conftest import Bench

PROVEN = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example"


def a_mail(
    *headers: str, sender: str = "ida@garden.example", number: int = 1, subject: str = "Hello"
) -> bytes:
    host = sender.rpartition("@")[2]
    lines = [*headers, f"From: {sender}", "To: acme@desk.example", f"Subject: {subject}"]
    return "\r\n".join([*lines, f"Message-ID: <{number}@{host}>", "", "It drips.", ""]).encode()


async def take(bench: Bench, raw: bytes) -> Outcome:
    outcome: Outcome = await bench.desk.receive_email()(raw)
    return outcome


async def quarantine(bench: Bench) -> list[QuarantinedMail]:
    async def look(view: View) -> list[QuarantinedMail]:
        return list(await view.quarantine.before(bench.clock() + timedelta(days=1), 10_000))

    return await bench.desk.store().read(look)


async def trusting(bench: Bench) -> OrganizationId:
    """A desk that believes its own mail server, with a user."""
    acme = await bench.begin()
    believing = evolve(bench.desk.settings(), trusted_authserv_ids=("MX.desk.example",))
    bench.desk.settings.override(providers.Object(believing))
    await bench.desk.create_user()(acme.id, "uma@staff.example", "Uma", Role.AGENT, "correct horse battery")
    return acme.id


async def test_a_users_address_without_proof_is_held_and_with_proof_is_the_desks_own(bench: Bench) -> None:
    await trusting(bench)
    await take(bench, a_mail(sender="uma@staff.example"))
    assert [mail.reasons for mail in await quarantine(bench)] == [(Reason.FORGED_STAFF,)]
    proven = await take(bench, a_mail(PROVEN, sender="uma@staff.example", number=2))
    assert isinstance(proven, Nothing)
    assert proven.reason == "Sent by the organization itself (uma@staff.example)"
    assert len(await quarantine(bench)) == 1


@pytest.mark.parametrize(
    "told",
    [
        "mx.evil.example; dmarc=pass header.from=staff.example",
        "mx.desk.example; dmarc=pass header.from=evil.example",
        "mx.desk.example; dmarc=fail header.from=staff.example",
        "mx.desk.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",
    ],
)
async def test_what_others_write_or_prove_makes_nobody_staff(bench: Bench, told: str) -> None:
    await trusting(bench)
    await take(bench, a_mail(f"Authentication-Results: {told}", sender="uma@staff.example"))
    assert Reason.FORGED_STAFF in (await quarantine(bench))[0].reasons


async def test_the_desks_own_mail_that_comes_back_by_way_of_a_list_is_left_out(bench: Bench) -> None:
    acme = await bench.begin()
    first = await take(bench, a_mail())
    assert isinstance(first, Done)
    ticket_id = first.ticket_id
    assert ticket_id is not None
    draft = Draft(content=document_from_text("We will see."), author=agent_author(DESK))
    answer = await bench.desk.post_conversation()(acme.id, ticket_id, DESK, Kind.REPLY, draft)
    await bench.run_jobs()
    back = a_mail(sender="desk-via-list@list.example").replace(
        b"<1@list.example>", f"<{answer.mail.message_id}>".encode()
    )
    outcome = await take(bench, back)
    assert isinstance(outcome, Nothing)
    assert outcome.reason.startswith("The desk's own mail")
    assert await quarantine(bench) == []


async def test_the_same_over_and_over_from_one_sender_is_held(bench: Bench) -> None:
    await bench.begin()
    most = CARE.same_again.most
    for number in range(most + 2):
        await take(bench, a_mail(number=number, subject=f"{'Re: ' * (number % 3)}Alarm"))
    assert [mail.reasons for mail in await quarantine(bench)] == [(Reason.LOOP,)] * 2
    other = await take(bench, a_mail(sender="otto@mail.example", subject="Alarm"))
    assert not isinstance(other, Nothing)
    bench.clock.pass_(minutes=2)
    assert not isinstance(await take(bench, a_mail(number=1000, subject="Alarm")), Nothing)


async def test_so_many_mails_of_one_sender_are_taken_and_no_more(bench: Bench) -> None:
    await bench.begin()
    settings = bench.desk.settings()
    limited = evolve(settings, sender_rate_limit=Rate(3, 3600))
    bench.desk.settings.override(providers.Object(limited))
    for number in range(5):
        await take(bench, a_mail(number=number, subject=f"Day {number}"))
    assert [mail.reasons for mail in await quarantine(bench)] == [(Reason.TOO_MANY_FROM_SENDER,)] * 2


async def test_history_that_is_fetched_late_is_no_flood(bench: Bench) -> None:
    await bench.begin()
    old = f"Date: {bench.clock() - timedelta(days=30):%a, %d %b %Y %H:%M:%S +0000}"
    for number in range(CARE.same_again.most + 2):
        await take(bench, a_mail(old, number=number))
    assert await quarantine(bench) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-spam-flag", "YES"),
        ("x-spam-status", "Yes, score=9.1 required=5.0 tests=BAYES_99"),
        ("x-spam-status", "No, score=7.5 required=9.0"),
        ("x-spam-score", "12.3"),
        ("x-spam-score", "6.1 (++++++)"),
        ("x-gm-spam", "1"),
        ("x-ms-exchange-organization-scl", "6"),
        ("x-forefront-antispam-report", "CIP:192.0.2.1;CTRY:US;LANG:en;SCL:5;SRV:;"),
    ],
)
def test_the_words_of_servers_that_call_it_spam_are_understood(name: str, value: str) -> None:
    assert calls_spam({name: value}, CARE.spam_score)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-spam-flag", "NO"),
        ("x-spam-status", "No, score=-2.1 required=5.0"),
        ("x-spam-status", "No, hits=1.2"),
        ("x-spam-score", "1.2"),
        ("x-spam-score", "-1.2"),
        ("x-spam-score", ""),
        ("x-ms-exchange-organization-scl", "-1"),
        ("x-ms-exchange-organization-scl", "1"),
        ("x-forefront-antispam-report", "SCL:1;SFV:NSPM"),
        ("x-gm-spam", "0"),
        ("subject", "X-Spam-Flag: YES"),
    ],
)
def test_the_words_of_servers_that_let_it_pass_are_understood(name: str, value: str) -> None:
    assert not calls_spam({name: value}, CARE.spam_score)


def test_without_a_score_only_a_servers_own_word_counts() -> None:
    assert not calls_spam({"x-spam-score": "99"}, None)
    assert calls_spam({"x-spam-flag": "YES"}, None)


@pytest.mark.parametrize(
    "name", ["a.exe", "A.SCR", "invoice.pdf.js", "photo.jpg .bat", "x.lnk", "scan.pdf.exe. "]
)
def test_a_file_that_runs_when_it_is_opened_is_known_by_its_name(name: str) -> None:
    assert is_dangerous(name)


@pytest.mark.parametrize(
    "name", ["invoice.pdf", "exe", "app.js", "archive.tar.gz", "v1.2.pdf", "a.b.c", "", "..."]
)
def test_other_files_are_not_held(name: str) -> None:
    assert not is_dangerous(name)


async def swept(bench: Bench) -> None:
    now = bench.clock()
    job = Job(JobId(bench.desk.new_id()()), JobKind.SWEEP, {}, now, now)
    await bench.desk.store().transact(lambda work: work.jobs.add(job))
    await bench.run_jobs()


async def has_bytes(bench: Bench, mail: QuarantinedMail, digest: str) -> bool:
    try:
        await bench.desk.blobs().get(mail.organization_id, digest)
    except NotFound:
        return False
    return True


async def test_a_mail_is_held_for_a_month_with_its_files_and_then_gone(bench: Bench) -> None:
    await bench.begin()
    await take(bench, a_mail("X-Spam-Flag: YES"))
    (mail,) = await quarantine(bench)
    (digest,) = mail.digests
    await bench.desk.forget_blobs()(mail.organization_id, [digest])
    bench.clock.now += HELD_FOR
    await swept(bench)
    assert await quarantine(bench) == [mail]
    assert await has_bytes(bench, mail, digest)
    bench.clock.pass_(seconds=1)
    await swept(bench)
    assert await quarantine(bench) == []
    assert not await has_bytes(bench, mail, digest)


async def test_the_files_of_a_discarded_mail_go_and_those_of_a_released_one_stay(bench: Bench) -> None:
    acme = await bench.begin()
    for number in range(2):
        await take(bench, a_mail("X-Spam-Flag: YES", number=number))
    kept, thrown = await quarantine(bench)
    await bench.desk.release_mail()(acme.id, kept.id, DESK)
    await bench.desk.discard_mail()(acme.id, thrown.id, DESK)
    bench.clock.now += GRACE * 2
    await bench.run_jobs()
    bench.clock.now += HELD_FOR
    await swept(bench)
    assert await has_bytes(bench, kept, kept.digests[0])
    assert not await has_bytes(bench, thrown, thrown.digests[0])


async def test_who_is_forgotten_has_no_mail_in_quarantine_left(bench: Bench) -> None:
    acme = await bench.begin()
    taken = await take(bench, a_mail())
    for number, sender in enumerate(["Ida@garden.example", "otto@mail.example"], 2):
        await take(bench, a_mail("X-Spam-Flag: YES", sender=sender, number=number))
    held = {mail.sender: mail for mail in await quarantine(bench)}
    message = await bench.desk.store().read(
        lambda view: view.conversations.get(acme.id, taken.conversation_id)  # type: ignore[arg-type]
    )
    assert message is not None
    await bench.desk.erase_customer()(acme.id, CustomerId(message.author.id), DESK)  # type: ignore[arg-type]
    assert [mail.sender for mail in await quarantine(bench)] == ["otto@mail.example"]
    bench.clock.now += GRACE * 2
    await bench.run_jobs()
    assert not await has_bytes(bench, held["ida@garden.example"], held["ida@garden.example"].digests[0])


async def test_a_mail_that_is_released_late_opens_a_ticket_like_any_other(bench: Bench) -> None:
    acme = await bench.begin()
    await take(bench, a_mail("X-Spam-Flag: YES"))
    (mail,) = await quarantine(bench)
    bench.clock.pass_(days=9)
    released = await bench.desk.release_mail()(acme.id, mail.id, DESK)
    assert (released.state, released.command) == (QuarantineState.RELEASED, None)
    assert released.ticket_id is not None
    ticket_id = released.ticket_id
    ticket = await bench.desk.store().read(lambda view: view.tickets.get(acme.id, ticket_id))
    assert ticket is not None
    assert ticket.message_count == 1
