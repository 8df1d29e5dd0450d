"""One thing of every kind that the contract names by an id, made over the API where that can be."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from attrs import Factory, define

from helpdesk_adapters.container import in_memory
from helpdesk_core.addresses import Address
from helpdesk_core.commands import TakeEmail
from helpdesk_core.email import Mail, Understood
from helpdesk_core.ids import CustomerId, TicketId
from helpdesk_core.richtext import document_from_text
from helpdesk_core.use_cases.importing.order_import import Order
from helpdesk_core.users import DESK, Role
from helpdesk_core.webhooks import EventState
from helpdesk_http.app import operations
from helpdesk_http.operations import Operation
from helpdesk_http.schemas import example_of
from tests.contracts.builders import (
    a_privacy_request,
    a_quarantined_mail,
    a_suggestion,
    a_webhook_event,
    an_order,
)
from tests.http.conftest import Office

API = [one for one in operations(in_memory()) if one.path.startswith("/api/v1/") and one.auth.key]
WITH_IDS = [one for one in API if UUID in one.segments.values()]
WRITING = [one for one in API if one.method not in ("GET", "HEAD")]
MADE_BY = {"rating_id": "rate_ticket", "delivery_id": "test_webhook_endpoint"}
"""Operations that make a thing elsewhere than in its list."""
TIMED = {"redeliver_to_webhook_endpoint"}
"""Operations whose example would be too old by now."""


ARRIVED = TakeEmail(
    Mail(Address("s@spam.example"), "Win", "Now."),
    datetime.now(UTC),
    Understood(document_from_text("Now."), ""),
)
"""A mail as it waits in quarantine."""


@define
class Furnished:
    """An office with things in it; `ids` by the name that a path's parameter has for them."""

    office: Office
    ids: dict[str, str] = Factory(dict)

    def path_of(self, operation: Operation) -> str:
        """Its path with these ids; KeyError for a parameter of which there is nothing."""
        return operation.path.format_map({name: self.ids[name] for name in operation.segments})

    async def fill(self) -> None:
        """Makes one thing for every parameter that a path has."""
        ticket = await self.office.ticket()
        self.ids |= {"ticket_id": ticket["id"], "customer_id": ticket["customer_id"]}
        self.ids["user_id"] = await self._user()
        told = await self.office.client.get(f"/api/v1/tickets/{ticket['id']}/conversations")
        self.ids["conversation_id"] = told.json()["data"][0]["id"]
        self.ids["event_id"] = await self._webhook_event()
        self.ids["quarantined_mail_id"] = await self.quarantined_mail()
        self.ids["order_id"], self.ids["privacy_request_id"] = await self._told_by_a_shop()
        self.ids["import_id"] = await self._import()
        self.ids["suggestion_id"] = await self._suggestion()
        self.ids["source"] = "zendesk"
        for operation in WITH_IDS:
            for name in operation.segments:
                if name not in self.ids:
                    await self._make(name)

    async def _make(self, name: str) -> None:
        """With the operation that adds to the list under which the parameter stands, or one of MADE_BY."""
        for operation in API:
            belongs = rf"{re.escape(operation.path)}/{{{name}}}"
            fits = any(re.match(belongs, other.path) for other in WITH_IDS)
            if operation.method == "POST" and (fits or operation.name == MADE_BY.get(name)):
                made = await self.ask(operation)
                assert made.status_code in (201, 202), f"{operation.name}: {made.text}"
                self.ids[name] = made.json()["id"]
                return

    async def ask(self, operation: Operation, client: Any = None, **headers: str) -> Any:
        """The operation's answer to a request with its example, from the office or whomever's `client`."""
        how: dict[str, Any] = {"headers": headers}
        if operation.body is not None and operation.body_media[0] == "multipart/form-data":
            how["files"] = {"file": ("kettle.txt", b"a kettle", "text/plain")}
        elif operation.body is not None:
            how["json"] = self.body_of(operation)
        return await (client or self.office.client).request(operation.method, self.path_of(operation), **how)

    def body_of(self, operation: Operation) -> Any:
        """The example that the contract gives, with ids and times that are good now."""
        if operation.name in TIMED:
            return {"since": datetime.now(UTC).isoformat()}
        if operation.body is None:
            return None
        body = self._with_ids(example_of(operation.body))
        if operation.name == "connect_integration":
            body["external_id"] = (
                f"support@{self.office.slug}.example"  # it is one organization's of the whole desk
            )
        return body

    async def quarantined_mail(self) -> str:
        """A mail that is held, for somebody to decide about."""
        organization = await self.office.desk.store().read(
            lambda view: view.organizations.get(self.office.id)
        )
        assert organization is not None
        mail = a_quarantined_mail(organization, command=ARRIVED)
        await self.office.desk.store().transact(lambda work: work.quarantine.add(mail))
        return str(mail.id)

    async def _told_by_a_shop(self) -> tuple[str, str]:
        """An order, and a request for the data of who placed it."""
        store, customer_id = self.office.desk.store(), CustomerId(UUID(self.ids["customer_id"]))
        customer = await store.read(lambda view: view.customers.get(self.office.id, customer_id))
        organization = await store.read(lambda view: view.organizations.get(self.office.id))
        assert customer is not None
        assert organization is not None
        order, request = an_order(organization, customer_id=customer_id), a_privacy_request(customer)
        await store.transact(lambda work: work.orders.add(order))
        await store.transact(lambda work: work.privacy_requests.add(request))
        return str(order.id), str(request.id)

    async def _suggestion(self) -> str:
        """A reply that was suggested for the ticket."""
        store, ticket_id = self.office.desk.store(), TicketId(UUID(self.ids["ticket_id"]))
        ticket = await store.read(lambda view: view.tickets.get(self.office.id, ticket_id))
        assert ticket is not None
        suggestion = a_suggestion(ticket)
        await store.transact(lambda work: work.suggestions.add(suggestion))
        return str(suggestion.id)

    async def _import(self) -> str:
        order = Order("files", "elsewhere", foreground=True)
        return str((await self.office.desk.order_import()(self.office.id, DESK, order)).id)

    def _with_ids(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._with_ids(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._with_ids(each, name.removesuffix("s")) for each in value]
        known = {"assignee_id": "user_id", "into_id": "ticket_id", "member_id": "user_id"}
        return self.ids.get(known.get(name, name), value) if name.endswith("_id") else value

    async def _user(self) -> str:
        email = await self.office.user(Role.AGENT, f"agent@{self.office.slug}.example")
        found = await self.office.desk.store().read(lambda view: view.users.by_email(email))
        assert found is not None
        return str(found.id)

    async def _webhook_event(self) -> str:
        event = a_webhook_event(organization_id=self.office.id, state=EventState.PROCESSED)
        await self.office.desk.store().transact(lambda work: work.inbox.admit(event))
        return str(event.id)
