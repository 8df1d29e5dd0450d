"""Accounts of an organization's own at Stripe: what they may do, payouts, and being thrown out."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_core.billing import ConnectedAccount, Payout
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.use_cases.commerce.read_billing import read_billing
from helpdesk_core.users import Role
from helpdesk_core.webhooks import EventState
from tests.due_jobs import run_jobs
from tests.use_cases.conftest import Bench

ENTRY = REGISTRY["stripe-connect"]
ACCOUNT = "acct_1QoBrightlane"
SECRET = "whsec_connect"
PAYOUTS = ("payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled")
_ids = count(1)


async def connected(desk: Container, **settings: str) -> OrganizationId:
    acme = await desk.create_organization()("acme", "Acme")
    await desk.create_user()(acme.id, "ada@acme.example", "Ada", Role.ADMIN, "correct horse battery")
    await desk.connect_integration()(acme.id, "stripe-connect", ACCOUNT, settings)
    return acme.id


async def tell(desk: Container, event: str, **changes: Any) -> None:
    """An event of its own, performed."""
    told = {**json.loads(ENTRY.example(event)), "id": f"evt_{next(_ids)}", **changes}
    delivery = ENTRY.delivery(event, body=json.dumps(told).encode())
    signed = ENTRY.sign(delivery, SECRET, desk.clock()(), "unused")
    await desk.receive_webhook()(ENTRY.webhooks, [SECRET], signed)
    await run_jobs(desk, may_fail=True)


async def states(desk: Container) -> list[EventState]:
    page = Page(limit=100, sort="received_at")
    found = await desk.store().read(lambda view: view.inbox.page(EventFilter(), page))
    return [event.state for event in found.items]


async def account_of(desk: Container, acme: OrganizationId) -> ConnectedAccount | None:
    return await desk.store().read(lambda view: view.records.get(acme, ConnectedAccount, ACCOUNT, ACCOUNT))


async def test_an_account_that_may_take_no_more_payments_is_told_to_the_admins_once(bench: Bench) -> None:
    acme = await connected(bench.desk)
    for _ in range(2):
        await tell(bench.desk, "account.updated")
    account = await account_of(bench.desk, acme)
    assert account is not None
    assert (account.status, account.charges_enabled, account.payouts_enabled) == ("restricted", False, True)
    assert account.requirements == ("representative.verification.document", "company.tax_id")
    (letter,) = [mail for _, mail in bench.post.sent]
    assert [address.email for address in letter.to] == ["ada@acme.example"]
    assert "company.tax_id" in letter.text


@given(
    st.lists(st.sampled_from(PAYOUTS), max_size=5).flatmap(lambda more: st.permutations([*PAYOUTS, *more]))
)
@settings(max_examples=40, deadline=None)
def test_whatever_order_words_of_a_payout_come_in_the_same_is_left(told: list[str]) -> None:
    async def left_after(events: Sequence[str]) -> tuple[str, str | None]:
        desk = in_memory(Settings(secret_key=("a key for tests",)))
        acme = await connected(desk)
        for event in events:
            await tell(desk, event)
        (payout,) = await desk.store().read(lambda view: view.records.of(acme, Payout, 10))
        return payout.status, payout.failure_code

    assert anyio.run(left_after, told) == ("failed", "account_closed")


async def test_an_owner_who_throws_the_desk_out_is_not_brought_back_by_a_late_word(bench: Bench) -> None:
    acme = await connected(bench.desk, access_token="sk_of_theirs")
    later = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
    await tell(bench.desk, "account.application.deauthorized", created=later)
    account = await bench.desk.store().read(lambda view: view.integrations.known("stripe-connect", ACCOUNT))
    assert account is not None
    assert (account.state.value, account.sealed) == ("disconnected", {})
    await tell(bench.desk, "account.updated")
    assert await account_of(bench.desk, acme) is None
    assert await states(bench.desk) == [EventState.PROCESSED, EventState.UNMATCHED]


async def test_an_account_that_threw_the_desk_out_is_not_shown_as_able_to_do_anything(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "account.updated")
    later = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
    await tell(bench.desk, "account.application.deauthorized", created=later)
    (shown,) = (await bench.desk.store().read(partial(read_billing, acme))).connected_accounts
    assert (shown.status, shown.charges_enabled, shown.payouts_enabled) == ("disconnected", False, False)


async def test_having_been_thrown_out_long_ago_does_not_end_a_new_connection(bench: Bench) -> None:
    await connected(bench.desk)
    await tell(bench.desk, "account.application.deauthorized", created=1_600_000_000)
    assert await bench.desk.store().read(lambda view: view.integrations.by_account("stripe-connect", ACCOUNT))


async def test_test_events_of_a_live_account_change_nothing(bench: Bench) -> None:
    acme = await connected(bench.desk, livemode="true")
    await tell(bench.desk, "account.updated", livemode=False)
    assert await account_of(bench.desk, acme) is None
    await tell(bench.desk, "account.updated", livemode=True)
    assert await account_of(bench.desk, acme) is not None


async def test_what_came_before_the_account_was_connected_takes_effect_then(bench: Bench) -> None:
    acme = await bench.begin()
    await tell(bench.desk, "payout.paid")
    assert await states(bench.desk) == [EventState.UNMATCHED]
    await bench.desk.connect_integration()(acme.id, "stripe-connect", ACCOUNT, {})
    await run_jobs(bench.desk)
    assert await states(bench.desk) == [EventState.PROCESSED]


async def test_an_event_of_the_desks_own_account_means_nothing_here(bench: Bench) -> None:
    await connected(bench.desk)
    await tell(bench.desk, "payout.paid", account=None)
    assert await states(bench.desk) == [EventState.IGNORED]
