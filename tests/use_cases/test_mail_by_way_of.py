"""Mail that comes by way of a group, a list or a form: whose it is, and whom the answer goes to."""

import pytest

from helpdesk_core.users import DESK
from tests.use_cases.conftest import Bench
from tests.use_cases.test_answers import post
from tests.use_cases.test_mail_in import Taken, a_mail, done, left_out, ticket

BY_A_GROUP = """From: 'Ida' via Support <support@acme.example>
To: support@acme.example
Reply-To: {reply_to}
X-Original-From: Ida <ida@garden.example>
List-ID: <support.acme.example>
Precedence: list
Subject: The kettle leaks
Message-ID: <1@garden.example>

It drips.
"""
BY_A_FORM = a_mail(sender="Shop <support@acme.example>", to="support@acme.example", id="2@shop.example")


async def a_bench(bench: Bench) -> Bench:
    acme = await bench.begin()
    await bench.desk.connect_integration()(acme.id, "imap", "support@acme.example", {})
    return bench


async def customer_of(bench: Bench, taken: Taken) -> tuple[str, str | None]:
    opened = await ticket(bench, taken)
    found = await bench.desk.store().read(
        lambda view: view.customers.get(taken.organization_id, opened.customer_id)
    )
    assert found is not None
    return found.name, found.email


async def answered(bench: Bench, taken: Taken) -> tuple[str, ...]:
    await post(bench, taken.ticket_id)
    await bench.run_jobs()
    return tuple(one.email for one in bench.post.sent[-1][1].to)


@pytest.mark.parametrize("reply_to", ["Ida <ida@garden.example>", "support@acme.example"])
async def test_customers_who_write_to_our_google_group_are_not_lost_and_get_their_answer(
    bench: Bench, reply_to: str
) -> None:
    await a_bench(bench)
    taken = await done(bench, BY_A_GROUP.format(reply_to=reply_to).encode())
    assert await customer_of(bench, taken) == ("Ida", "ida@garden.example")
    assert await answered(bench, taken) == ("ida@garden.example",)
    message = await bench.desk.store().read(
        lambda view: view.conversations.get(taken.organization_id, taken.conversation_id)
    )
    assert message is not None
    told = "It came by way of support@acme.example. Who wrote it is as that mail tells."
    assert told in message.warnings


async def test_what_customers_write_into_our_own_contact_form_is_not_taken_for_our_own(bench: Bench) -> None:
    await a_bench(bench)
    taken = await done(bench, BY_A_FORM.replace(b"\nTo:", b"\nReply-To: kim@client.example\nTo:"))
    assert (await customer_of(bench, taken))[1] == "kim@client.example"
    assert await answered(bench, taken) == ("kim@client.example",)
    for same in (b"", b"\nReply-To: support@acme.example", b"\nReply-To: a@x.example, b@x.example"):
        mail = BY_A_FORM.replace(b"2@shop", b"3@shop").replace(b"\nTo:", same + b"\nTo:")
        assert (await left_out(bench, mail)).reason.startswith("Sent by the organization itself")


async def test_a_group_does_not_let_a_blocked_sender_or_a_user_in_by_another_name(bench: Bench) -> None:
    await a_bench(bench)
    assert bench.acme is not None
    await bench.desk.block_sender()(bench.acme.id, DESK, "@garden.example")
    mail = BY_A_GROUP.format(reply_to="x@y.example").encode()
    assert "blocked" in (await left_out(bench, mail)).reason


@pytest.mark.parametrize("reply_to", ["lamps@lists.example", "support@acme.example", "acme+1-x@desk.example"])
async def test_an_answer_never_goes_to_a_whole_mailing_list_or_back_to_the_desk(
    bench: Bench, reply_to: str
) -> None:
    await a_bench(bench)
    mail = a_mail(to=f"acme@desk.example, lamps@lists.example\nReply-To: {reply_to}")
    assert await answered(bench, await done(bench, mail)) == ("ida@garden.example",)


async def test_a_customer_who_wants_answers_elsewhere_gets_them_there(bench: Bench) -> None:
    await a_bench(bench)
    mail = a_mail(to="acme@desk.example\nReply-To: home@ida.example")
    assert await answered(bench, await done(bench, mail)) == ("home@ida.example",)
