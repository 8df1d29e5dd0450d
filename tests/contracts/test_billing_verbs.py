"""What Stripe tells, on every store: told twice at the same instant, it is bound, known and written about once."""

from collections.abc import Sequence
from functools import partial

import anyio
import pytest
from attrs import evolve

from helpdesk_core.billing import Invoice
from helpdesk_core.commands import Outcome, TellRecord
from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.jobs import JobKind
from helpdesk_core.notices import DueNotice, Notice
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.records import Stamp
from helpdesk_core.use_cases.commerce.tell_record import tell_record
from helpdesk_core.users import DESK
from tests.contracts.builders import after, an_organization, fresh, new_id
from tests.contracts.desks import put

AT_ONCE = 6


def words_of(customer: str, claim: str) -> Sequence[TellRecord]:
    """Events about one invoice, of which every second one is a repetition that Stripe made an event of its own."""
    words = []
    for number in range(AT_ONCE):
        invoice = Invoice(
            provider="stripe",
            account=customer,
            external_id="in_1",
            created_at=after(0),
            stamp=Stamp(after(number // 2), 1, f"evt_{number}"),
            status="paid",
            attempt_count=number // 2,
        )
        words.append(TellRecord(invoice, claim, notices=(DueNotice(Notice.INVOICE_PAID, "inv:in_1:paid"),)))
    return words


async def tell(store: Store, word: TellRecord) -> Outcome:
    async def unit(work: Work) -> Outcome:
        return await tell_record(word, work, Occasion(after(99), new_id, DESK))

    return await store.transact(unit)


async def test_what_is_told_at_the_same_instant_is_known_and_written_about_once(store: Store) -> None:
    organization, customer = an_organization(), fresh("cus")
    await put(store, organization)
    words = words_of(customer, organization.slug)

    async def telling(word: TellRecord) -> None:
        try:
            await tell(store, word)
        except AlreadyTaken:  # bound in between: the job engine tries again
            await tell(store, word)

    async with anyio.create_task_group() as tasks:
        for word in words:
            tasks.start_soon(telling, word)
    known, jobs = await store.read(partial(left, organization.id, customer))
    assert known == words[-1].record
    assert jobs == 1


async def test_what_was_cut_off_leaves_nothing_and_is_told_again(store: Store) -> None:
    organization, customer = an_organization(), fresh("cus")
    await put(store, organization)
    word = words_of(customer, organization.slug)[0]

    async def cut_off(work: Work) -> None:
        await tell_record(word, work, Occasion(after(99), new_id, DESK))
        raise RuntimeError("The power fails.")

    with pytest.raises(RuntimeError):
        await store.transact(cut_off)
    assert await store.read(partial(left, organization.id, customer)) == (None, 0)
    await tell(store, word)
    assert await store.read(partial(left, organization.id, customer)) == (word.record, 1)


async def test_two_organizations_that_claim_one_customer_at_once_do_not_both_get_it(store: Store) -> None:
    homes, customer = [an_organization(), an_organization()], fresh("cus")
    for home in homes:
        await put(store, home)
    word = words_of(customer, "")[0]

    async def telling(home: OrganizationId) -> None:
        try:
            await tell(store, evolve(word, claim=str(home)))
        except AlreadyTaken:
            await tell(store, evolve(word, claim=str(home)))

    async with anyio.create_task_group() as tasks:
        for home in homes:
            tasks.start_soon(telling, home.id)
    found = [await store.read(partial(left, home.id, customer)) for home in homes]
    assert sorted(jobs for _, jobs in found) == [0, 1]
    assert sorted(known is not None for known, _ in found) == [False, True]


async def left(organization_id: OrganizationId, customer: str, view: View) -> tuple[Invoice | None, int]:
    """The invoice as it is known, and how many letters are to be written about it."""
    known = await view.records.get(organization_id, Invoice, customer, "in_1")
    jobs = await view.jobs.page(JobFilter(kind=JobKind.SEND_NOTICE), Page(100, "-created_at"))
    return known, len([job for job in jobs.items if job.organization_id == organization_id])
