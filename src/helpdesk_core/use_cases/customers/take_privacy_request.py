"""A shop asks for the data of a person, or that a person or the shop itself be forgotten (shopify.dev, "Privacy law
compliance").

What is asked for is kept, once, and what takes long is left to a job.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from attrs import evolve

from helpdesk_core.commands import AskForData, Done, Nothing, Outcome, RedactPerson, RedactShop
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId, PrivacyRequestId, WebhookEventId
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import JobKind
from helpdesk_core.notices import Notice
from helpdesk_core.orders import ShopCustomer
from helpdesk_core.paging import MAX_LIMIT, Page, pages
from helpdesk_core.ports.store import View, Work
from helpdesk_core.privacy import person_of
from helpdesk_core.privacy_requests import (
    DUE_AFTER,
    REMINDED,
    AskedPerson,
    Found,
    PrivacyKind,
    PrivacyRequest,
    PrivacyState,
    redaction_key,
    told_by,
)
from helpdesk_core.use_cases.accounts.find_account import nobodys
from helpdesk_core.use_cases.commerce.know_shop_customer import contacts_of
from helpdesk_core.use_cases.customers.erase_orders import (
    bury_address_step,
    bury_order_step,
    bury_step,
    leave_shops_step,
)
from helpdesk_core.use_cases.customers.erase_traces import digests_of
from helpdesk_core.use_cases.customers.erase_words import WEBHOOK
from helpdesk_core.use_cases.customers.find_asked_person import Meant, find_asked_person
from helpdesk_core.use_cases.running.send_notice import notice_of

ASKED_AFTER: Final = timedelta(days=3)
"""Within this time a shop asks to be forgotten after it threw the desk out: two days, and one for the delivery."""


async def ask_for_data(command: AskForData, work: Work, occasion: Occasion) -> Outcome:
    """The step: the request is kept, and the organization's admins are told. Of whom nothing is kept, it is done."""
    shop = await known_shop(command.provider, command.account, work)
    if isinstance(shop, Nothing):
        return shop
    organization_id, key = shop.organization_id, f"{command.account}/{command.request_id}"
    if await work.privacy_requests.known(organization_id, command.provider, PrivacyKind.DATA_REQUEST, key):
        return Done(organization_id, forgets=True)
    meant = await find_asked_person(organization_id, command.provider, command.account, command.person, work)
    found = meant.found
    if found is Found.NOTHING and await _has_orders(organization_id, command, work):
        found = Found.STORED
    request = await _begun(shop, PrivacyKind.DATA_REQUEST, key, work, occasion)
    request = evolve(
        request,
        person=command.person.external_id,
        orders=command.orders,
        found=found,
        customer_id=None if meant.customer is None else meant.customer.id,
    )
    if found is not Found.STORED:
        request = evolve(request, state=PrivacyState.DONE, finished_at=occasion.at)
    await _keep(request, work, occasion)
    if request.state is PrivacyState.OPEN:
        remind_at = max(request.due_at - REMINDED, occasion.at)
        await work.jobs.add(notice_of(organization_id, Notice.DATA_REQUESTED, request.id, occasion))
        reminder = notice_of(organization_id, Notice.DATA_REQUEST_DUE, request.id, occasion)
        await work.jobs.add(evolve(reminder, run_at=remind_at))
    return Done(organization_id, forgets=True)


async def redact_person(command: RedactPerson, work: Work, occasion: Occasion) -> Outcome:
    """The step: from now on no word of the shop brings the person back; a job removes what is there."""
    shop = await known_shop(command.provider, command.account, work)
    if isinstance(shop, Nothing):
        return shop
    organization_id, provider, account = shop.organization_id, command.provider, command.account
    key = redaction_key(organization_id, account, command.person, command.orders)
    known = await work.privacy_requests.known(organization_id, provider, PrivacyKind.REDACTION, key)
    meant = await find_asked_person(organization_id, provider, account, command.person, work)
    if known is not None and not await _is_asked_anew(known, meant, work, occasion):
        return Done(organization_id, forgets=True)
    await _bury(shop, command, meant, work, occasion)
    begun = await _begun(shop, PrivacyKind.REDACTION, key, work, occasion)
    request = evolve(
        begun if known is None else evolve(known, state=PrivacyState.OPEN, finished_at=None),
        created_at=occasion.at,
        due_at=begun.due_at,
        person=command.person.external_id or (meant.link.external_id if meant.link else None),
        orders=command.orders,
        found=meant.found,
        customer_id=None if meant.customer is None else meant.customer.id,
    )
    await _keep(request, work, occasion, again=known is not None)
    words = [*_words(provider, command.person), *(told_by(provider, order) for order in command.orders)]
    if meant.customer is not None:
        words += [*person_of(meant.customer).addresses]
        links = await work.shop_customers.of_customer(organization_id, meant.customer.id)
        words += [told_by(link.provider, link.external_id) for link in links]
    await _fulfil_later(request, {"digests": digests_of(words, request.id)}, work, occasion)
    return Done(organization_id, forgets=True)


async def redact_shop(command: RedactShop, work: Work, occasion: Occasion) -> Outcome:
    """The step: the shop's secrets go at once, and a job removes what it told.

    A shop that was connected again after it had been left keeps its secrets, and what it told since.
    """
    shop = await known_shop(command.provider, command.account, work)
    if isinstance(shop, Nothing):
        return shop
    organization_id = shop.organization_id
    began, again = await _connection(shop, work)
    asked_at = await _asked_at(work, occasion)
    is_live = shop.state is IntegrationState.CONNECTED and (
        began > asked_at or (again and began > asked_at - ASKED_AFTER)
    )
    key = f"{command.account}/{began.isoformat()}/{'before' if is_live else 'all'}"
    if await work.privacy_requests.known(organization_id, command.provider, PrivacyKind.SHOP_REDACTION, key):
        return Done(organization_id)
    request = await _begun(shop, PrivacyKind.SHOP_REDACTION, key, work, occasion)
    request = evolve(request, before=began if is_live else None)
    await _keep(request, work, occasion)
    if not is_live:
        await _disconnect(shop, work, occasion)
    payload = {"digests": digests_of([command.account], request.id)}
    await _fulfil_later(request, payload, work, occasion)
    return Done(organization_id)


async def known_shop(provider: str, account: str, view: View) -> Integration | Nothing:
    """The shop, also one that was left; or that it is nobody's yet."""
    return await view.integrations.known(provider, account) or nobodys(account)


async def _begun(
    shop: Integration, kind: PrivacyKind, key: str, view: View, occasion: Occasion
) -> PrivacyRequest:
    return PrivacyRequest(
        id=PrivacyRequestId(occasion.new_id()),
        organization_id=shop.organization_id,
        provider=shop.provider,
        account=shop.external_id,
        kind=kind,
        request_key=key,
        created_at=occasion.at,
        due_at=await _asked_at(view, occasion) + DUE_AFTER,
    )


async def _asked_at(view: View, occasion: Occasion) -> datetime:
    """When the request came in, by the desk's own clock: of what the shop says of it, no time is signed."""
    if occasion.cause is None or not occasion.cause.startswith(WEBHOOK):
        return occasion.at
    event = await view.inbox.get(WebhookEventId(UUID(occasion.cause.removeprefix(WEBHOOK))))
    return occasion.at if event is None else event.received_at


async def _is_asked_anew(known: PrivacyRequest, meant: Meant, view: View, occasion: Occasion) -> bool:
    """Whether this is no repetition: the person was forgotten, and was known again when it was asked."""
    if known.finished_at is None or meant.customer is None:
        return False
    return known.finished_at < await _asked_at(view, occasion)


async def _keep(request: PrivacyRequest, work: Work, occasion: Occasion, again: bool = False) -> None:
    await (work.privacy_requests.replace if again else work.privacy_requests.add)(request)
    data = {"provider": request.provider, "kind": request.kind.value, "found": request.found.value}
    await work.log.append(
        occasion.event(request.organization_id, "privacy_request.created", request.id, data)
    )


async def _fulfil_later(
    request: PrivacyRequest, payload: Mapping[str, Any], work: Work, occasion: Occasion
) -> None:
    told = {"request_id": str(request.id), **payload}
    await work.jobs.add(occasion.job(request.organization_id, JobKind.FULFIL_PRIVACY_REQUEST, told))


async def _has_orders(organization_id: OrganizationId, command: AskForData, view: View) -> bool:
    """Whether one of the orders that are asked for is here, and nobody else's."""
    for external_id in command.orders:
        order = await view.orders.by_external_id(
            organization_id, command.provider, command.account, external_id
        )
        if order is not None and order.customer_id is None and order.erased_at is None:
            return True
    return False


async def _bury(
    shop: Integration, command: RedactPerson, meant: Meant, work: Work, occasion: Occasion
) -> None:
    """Whatever names the person, or tells who placed the orders, is not taken in any more."""
    person = command.person
    link = meant.link or ShopCustomer(
        shop.organization_id,
        command.provider,
        command.account,
        person.external_id or "",
        None if meant.customer is None else meant.customer.id,
        occasion.at,
    )
    if person.external_id is not None:
        await bury_step(link, work, occasion)
    if person.email is not None:
        await bury_address_step(link, person.email, work, occasion)
    if meant.customer is not None:
        await leave_shops_step(meant.customer, work, occasion)
    for external_id in command.orders:
        await bury_order_step(
            shop.organization_id, command.provider, command.account, external_id, work, occasion
        )


def _words(provider: str, person: AskedPerson) -> list[str]:
    """By what the person is found in raw webhooks."""
    contacts = [contact.value for contact in contacts_of(person.email, person.phone) if contact]
    own = [told_by(provider, person.external_id)] if person.external_id is not None else []
    return [*own, *contacts, *filter(None, (person.email, person.phone))]


async def _connection(shop: Integration, view: View) -> tuple[datetime, bool]:
    """When the shop was connected, the last time that it was not; and whether it had been left before that."""
    began, left, again = shop.created_at, False, False

    async def read(page: Page) -> Any:
        return await view.log.about(shop.organization_id, shop.id, page)

    async for events in pages(read, Page(limit=MAX_LIMIT, sort="recorded_at")):
        for event in events:
            if event.type == "integration.disconnected":
                left = True
            elif event.type == "integration.connected" and left:
                began, left, again = event.recorded_at, False, True
    return began, again


async def _disconnect(shop: Integration, work: Work, occasion: Occasion) -> None:
    was_connected = shop.state is IntegrationState.CONNECTED
    gone = evolve(
        shop,
        state=IntegrationState.DISCONNECTED,
        settings={},
        sealed={},
        updated_at=max(occasion.at, shop.updated_at),
    )
    await work.integrations.replace(gone)
    if was_connected:
        data = {"provider": shop.provider}
        await work.log.append(occasion.event(shop.organization_id, "integration.disconnected", shop.id, data))
