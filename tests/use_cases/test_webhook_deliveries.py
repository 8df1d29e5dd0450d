"""Events reach webhook endpoints: signed, once each, again and again where need be, and never what they should not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from attrs import define, evolve
from dependency_injector import providers
from svix.webhooks import Webhook

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.webhook_calls import OutgoingWebhooks
from helpdesk_core.deliveries import PAUSES, WebhookDelivery, WebhookDeliveryState, told
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import DeliveryFilter, JobFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.users import DESK, Role
from helpdesk_core.webhook_endpoints import DisabledReason, WebhookEndpoint
from tests.fakes.http_server import Reply
from tests.fakes.webhook_receiver import Receiver, receiving
from tests.use_cases.conftest import Bench

pytestmark = pytest.mark.anyio

REFUSED = Reply(500, b"no")


@define
class Hooks:
    """The bench with an organization, an endpoint, and the receiver behind it."""

    bench: Bench
    home: OrganizationId
    receiver: Receiver
    endpoint: WebhookEndpoint
    secret: str

    async def happen(self, number: int = 1, *, quiet: bool = False, type: str = "ticket.created") -> None:
        """So many events, and whoever follows hears of them."""
        desk = self.bench.desk
        occasion = Occasion(self.bench.clock(), desk.new_id(), DESK, quiet=quiet)
        events = [occasion.event(self.home, type, desk.new_id()()) for _ in range(number)]
        await desk.store().transact(lambda work: work.log.append(*events))
        await desk.follow_log()()

    async def now(self) -> WebhookEndpoint:
        found = await self.bench.desk.store().read(
            lambda view: view.webhook_endpoints.get(self.home, self.endpoint.id)
        )
        assert found is not None
        return found

    async def deliveries(self) -> list[WebhookDelivery]:
        wanted = DeliveryFilter(WebhookEndpointId(self.endpoint.id))
        page = Page(100, "created_at")
        found = await self.bench.desk.store().read(lambda view: view.deliveries.page(self.home, wanted, page))
        return list(found.items)

    async def log(self) -> list[DomainEvent]:
        found = await self.bench.desk.store().read(lambda view: view.log.since(self.home, 0, 1000))
        return list(found.events)

    async def jobs(self, kind: JobKind) -> list[Job]:
        wanted, page = JobFilter(kind=kind.value), Page(100, "created_at")
        found = await self.bench.desk.store().read(lambda view: view.jobs.page(wanted, page))
        return list(found.items)

    async def change(self, **values: Any) -> None:
        await self.bench.desk.arrange_webhook_endpoints().change(self.home, self.endpoint.id, DESK, values)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
async def hooks(bench: Bench, receiver: Receiver) -> Hooks:
    reached = OutgoingHttp((ip_network("127.0.0.0/8"),))
    bench.desk.http.override(providers.Object(reached))
    home = (await bench.begin()).id
    values = {"name": "CRM", "url": receiver.url, "events": ("ticket.*",)}
    endpoint, secret = await bench.desk.set_up_endpoint()(home, DESK, values)
    return Hooks(bench, home, receiver, endpoint, secret)


async def test_an_event_is_delivered_signed_and_in_the_words_of_the_feed(hooks: Hooks) -> None:
    await hooks.happen()
    await hooks.bench.run_jobs()
    (call,) = hooks.receiver.received
    event = (await hooks.log())[-1]
    assert call.id == str(event.id)
    assert call.event == {
        **json.loads(json.dumps(told(event))),
        "timestamp": told(event)["occurred_at"],
    }
    assert call.headers["content-type"] == "application/json"
    (delivery,) = await hooks.deliveries()
    assert (delivery.state, delivery.attempts, delivery.tries[0].status) == (
        WebhookDeliveryState.DELIVERED,
        1,
        204,
    )


async def test_each_event_makes_one_delivery_whoever_follows_and_however_often(hooks: Hooks) -> None:
    await hooks.happen(30)
    await hooks.bench.desk.follow_log()()
    await hooks.bench.run_jobs()
    await hooks.bench.run_jobs()
    told_of = [str(event.id) for event in await hooks.log() if event.type == "ticket.created"]
    assert sorted(hooks.receiver.ids) == sorted(told_of)


async def test_what_was_before_what_is_history_and_what_is_not_wanted_is_not_told(
    bench: Bench, receiver: Receiver
) -> None:
    reached = OutgoingHttp((ip_network("127.0.0.0/8"),))
    bench.desk.http.override(providers.Object(reached))
    home = (await bench.begin()).id
    occasion = Occasion(bench.clock(), bench.desk.new_id(), DESK)
    before = occasion.event(home, "ticket.created", bench.desk.new_id()())
    await bench.desk.store().transact(lambda work: work.log.append(before))
    values = {"name": "CRM", "url": receiver.url, "events": ("ticket.*",)}
    endpoint, secret = await bench.desk.set_up_endpoint()(home, DESK, values)
    hooks = Hooks(bench, home, receiver, endpoint, secret)
    await hooks.happen(quiet=True)
    await hooks.happen(type="customer.created")
    await hooks.happen(type="ticket.merged")
    await bench.run_jobs()
    assert [call.event["type"] for call in receiver.received] == ["ticket.merged"]


async def test_an_endpoint_for_everything_hears_of_everything_after_its_own_beginning(
    bench: Bench, receiver: Receiver
) -> None:
    bench.desk.http.override(providers.Object(OutgoingHttp((ip_network("127.0.0.0/8"),))))
    home = (await bench.begin()).id
    values = {"name": "all", "url": receiver.url}
    endpoint, secret = await bench.desk.set_up_endpoint()(home, DESK, values)
    hooks = Hooks(bench, home, receiver, endpoint, secret)
    await hooks.happen(3)
    await bench.run_jobs()
    assert hooks.receiver.ids == [str(event.id) for event in (await hooks.log())[-3:]]


async def test_tries_follow_the_schedule_and_keep_the_id_until_it_works(hooks: Hooks) -> None:
    hooks.bench.desk.jitter.override(providers.Object(lambda: 0.0))
    hooks.receiver.answers = [Reply(500, b"boom"), Reply(302, headers={"location": "http://127.0.0.1:1/"})]
    await hooks.happen()
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == 1
    hooks.bench.clock.pass_(seconds=4)
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == 1
    hooks.bench.clock.pass_(seconds=2)
    await hooks.bench.run_jobs()
    hooks.bench.clock.pass_(minutes=1, seconds=1)
    await hooks.bench.run_jobs()
    assert len(set(hooks.receiver.ids)) == 1
    assert len(hooks.receiver.ids) == 3
    (delivery,) = await hooks.deliveries()
    assert [(one.status, one.answer) for one in delivery.tries] == [(500, "boom"), (302, ""), (204, "")]
    assert delivery.tries[1].error == "The endpoint answered 302; redirects are not followed."
    assert delivery.state is WebhookDeliveryState.DELIVERED


async def test_after_the_last_try_a_delivery_has_failed(hooks: Hooks) -> None:
    hooks.bench.desk.jitter.override(providers.Object(lambda: 0.99))
    hooks.receiver.answer = REFUSED
    await hooks.happen()
    for pause in (timedelta(), *PAUSES):
        hooks.bench.clock.now += pause * 1.1 + timedelta(seconds=1)
        await hooks.bench.run_jobs()
    (delivery,) = await hooks.deliveries()
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == (
        WebhookDeliveryState.FAILED,
        len(PAUSES) + 1,
        None,
    )
    hooks.bench.clock.pass_(days=30)
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == len(PAUSES) + 1


async def test_retry_after_is_honoured_up_to_a_day_and_never_shortens_our_pause(hooks: Hooks) -> None:
    for asked, waited in (("3600", timedelta(hours=1)), ("999999999", timedelta(days=1)), ("1", PAUSES[0])):
        hooks.bench.desk.jitter.override(providers.Object(lambda: 0.0))
        hooks.receiver.answers = [Reply(503, headers={"retry-after": asked})]
        await hooks.happen()
        await hooks.bench.run_jobs()
        delivery = (await hooks.deliveries())[-1]
        assert delivery.next_try_at is not None
        took = timedelta(milliseconds=delivery.tries[-1].duration_ms)
        assert delivery.next_try_at - delivery.tries[-1].at - took == waited
        hooks.bench.clock.pass_(days=1, seconds=1)
        await hooks.bench.run_jobs()


async def test_two_secrets_sign_while_one_is_being_replaced_and_one_afterwards(hooks: Hooks) -> None:
    rotate = hooks.bench.desk.rotate_secret()
    _, new = await rotate(hooks.home, hooks.endpoint.id, DESK)
    hooks.bench.clock.pass_(hours=23)
    await hooks.happen()
    hooks.bench.clock.pass_(hours=2)
    await hooks.happen()
    hooks.bench.clock.pass_(hours=-2)  # the first is delivered while both sign
    await hooks.bench.run_jobs()
    hooks.bench.clock.pass_(hours=2)
    await hooks.bench.run_jobs()
    both, one = hooks.receiver.received
    assert [len(call.headers["webhook-signature"].split()) for call in (both, one)] == [2, 1]
    for call, secrets, refused in ((both, [hooks.secret, new], []), (one, [new], [hooks.secret])):
        for secret in secrets:
            assert _oracle(secret, call.headers, call.body)
        for secret in refused:
            assert not _oracle(secret, call.headers, call.body)


async def test_410_disables_at_once_and_the_admins_are_told(hooks: Hooks) -> None:
    await hooks.bench.desk.create_user()(hooks.home, "ada@desk.example", "Ada", Role.ADMIN, "a long password")
    await hooks.bench.desk.create_user()(hooks.home, "abe@desk.example", "Abe", Role.AGENT, "a long password")
    hooks.receiver.answers = [Reply(410)]
    await hooks.happen(2)
    await hooks.bench.run_jobs()
    endpoint = await hooks.now()
    assert (endpoint.active, endpoint.disabled_reason) == (False, DisabledReason.GONE)
    first, second = await hooks.deliveries()
    assert {first.state, second.state} == {WebhookDeliveryState.FAILED, WebhookDeliveryState.SKIPPED}
    event = next(event for event in await hooks.log() if event.type == "webhook_endpoint.disabled")
    assert event.data == {"name": "CRM", "reason": "gone"}
    ((key, mail),) = hooks.bench.post.sent
    (job,) = await hooks.jobs(JobKind.SEND_NOTICE)
    assert key == f"notice/{job.id}"
    assert [address.email for address in mail.to] == ["ada@desk.example"]
    assert (mail.subject, mail.automatic) == ("Webhook endpoint disabled: CRM", True)
    assert str(hooks.endpoint.id) in mail.text


async def test_five_days_of_nothing_but_failures_disable(hooks: Hooks) -> None:
    hooks.receiver.answer = REFUSED
    for _ in range(5):
        await hooks.happen()
        await hooks.bench.run_jobs()
        assert (await hooks.now()).active
        hooks.bench.clock.pass_(hours=24)
    await hooks.happen()
    await hooks.bench.run_jobs()
    endpoint = await hooks.now()
    assert (endpoint.active, endpoint.disabled_reason) == (False, DisabledReason.FAILING)
    calls = len(hooks.receiver.received)
    await hooks.happen()
    hooks.bench.clock.pass_(days=4)
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == calls
    assert WebhookDeliveryState.PENDING not in {one.state for one in await hooks.deliveries()}


async def test_one_success_among_the_failures_keeps_an_endpoint(hooks: Hooks) -> None:
    hooks.receiver.answer = REFUSED
    for day in range(9):
        hooks.receiver.answers = [Reply(200)] if day == 4 else []
        await hooks.happen()
        await hooks.bench.run_jobs()
        hooks.bench.clock.pass_(hours=23)
    assert (await hooks.now()).active


async def test_a_desk_that_cannot_send_mail_disables_all_the_same(hooks: Hooks) -> None:
    from helpdesk_core.errors import MissingSetting

    await hooks.bench.desk.create_user()(hooks.home, "ada@desk.example", "Ada", Role.ADMIN, "a long password")
    hooks.bench.post.failures = [MissingSetting("SMTP_URL", "mail cannot be sent")]
    hooks.receiver.answers = [Reply(410)]
    await hooks.happen()
    await hooks.bench.run_jobs()
    (job,) = await hooks.jobs(JobKind.SEND_NOTICE)
    assert (job.state, job.error) == (JobState.DEAD, "GiveUp: SMTP_URL is not set; mail cannot be sent.")
    assert not (await hooks.now()).active


async def test_what_an_endpoint_missed_while_disabled_is_made_up_for_under_the_same_ids(hooks: Hooks) -> None:
    begun = hooks.bench.clock()
    await hooks.happen(3)
    await hooks.bench.run_jobs()
    hooks.bench.clock.pass_(minutes=10)
    await hooks.change(active=False)
    await hooks.happen(450)
    await hooks.happen(5, type="customer.created")
    hooks.bench.clock.pass_(minutes=10)
    await hooks.change(active=True)
    await hooks.happen(2)
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == 5
    redeliver = hooks.bench.desk.redeliver_range()
    await redeliver(hooks.home, hooks.endpoint.id, begun, undelivered=True)
    await hooks.bench.run_jobs()
    wanted = sorted(str(event.id) for event in await hooks.log() if event.type == "ticket.created")
    assert sorted(hooks.receiver.ids) == wanted
    await redeliver(hooks.home, hooks.endpoint.id, begun, undelivered=True)
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == 455


async def test_a_range_is_delivered_again_as_far_as_it_goes(hooks: Hooks) -> None:
    ids: list[str] = []
    for _ in range(4):
        await hooks.happen(2)
        await hooks.bench.run_jobs()
        hooks.bench.clock.pass_(hours=1)
    ids, hooks.receiver.received = hooks.receiver.ids, []
    since = hooks.bench.clock() - timedelta(hours=3)
    until = hooks.bench.clock() - timedelta(hours=2)
    job = await hooks.bench.desk.redeliver_range()(hooks.home, hooks.endpoint.id, since, until)
    await hooks.bench.run_jobs()
    assert sorted(hooks.receiver.ids) == sorted(ids[2:6])
    await hooks.bench.desk.redeliver_webhooks()(evolve(job, id=job.id))  # a job that runs twice
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == 4


async def test_a_delivery_is_made_again_by_its_id_and_counts_its_tries_on(hooks: Hooks) -> None:
    await hooks.happen()
    await hooks.bench.run_jobs()
    (delivery,) = await hooks.deliveries()
    await hooks.bench.desk.redeliver()(hooks.home, delivery.id)
    await hooks.bench.run_jobs()
    (again,) = await hooks.deliveries()
    assert (again.attempts, again.state, len(set(hooks.receiver.ids))) == (
        2,
        WebhookDeliveryState.DELIVERED,
        1,
    )


async def test_a_job_that_runs_twice_makes_one_try(hooks: Hooks) -> None:
    hooks.receiver.answer = REFUSED
    await hooks.happen()
    (job,) = await hooks.jobs(JobKind.DELIVER_WEBHOOK)
    await hooks.bench.desk.perform_job()(job)
    await hooks.bench.desk.perform_job()(job)
    (delivery,) = await hooks.deliveries()
    assert (delivery.attempts, len(delivery.tries), len(hooks.receiver.received)) == (1, 1, 1)
    assert len(await hooks.jobs(JobKind.DELIVER_WEBHOOK)) == 2


async def test_two_runs_at_the_same_time_show_one_try_and_one_job_follows(hooks: Hooks) -> None:
    import anyio

    hooks.receiver.answer, hooks.receiver.slow = REFUSED, 0.2
    await hooks.happen()
    (job,) = await hooks.jobs(JobKind.DELIVER_WEBHOOK)
    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(hooks.bench.desk.perform_job(), job)
    (delivery,) = await hooks.deliveries()
    assert (delivery.attempts, len(delivery.tries)) == (1, 1)
    assert len(hooks.receiver.received) == 2
    assert len(await hooks.jobs(JobKind.DELIVER_WEBHOOK)) == 2


async def test_what_has_arrived_is_not_sent_again_by_a_stale_job(hooks: Hooks) -> None:
    hooks.receiver.answers = [REFUSED]
    await hooks.happen()
    await hooks.bench.run_jobs()
    (delivery,) = await hooks.deliveries()
    await hooks.bench.desk.redeliver()(hooks.home, delivery.id)  # sooner than the job that is in line
    await hooks.bench.run_jobs()
    hooks.bench.clock.pass_(days=2)
    await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == 2


async def test_a_test_call_reaches_a_disabled_endpoint_and_stands_in_no_log(hooks: Hooks) -> None:
    await hooks.change(active=False)
    before = len(await hooks.log())
    delivery = await hooks.bench.desk.test_endpoint()(hooks.home, hooks.endpoint.id, DESK)
    await hooks.bench.run_jobs()
    (call,) = hooks.receiver.received
    assert (call.event["type"], call.event["seq"], call.id) == ("webhook.test", 0, str(delivery.event_id))
    assert _oracle(hooks.secret, call.headers, call.body)
    assert len(await hooks.log()) == before


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://localhost:1/", "is no public address"),
        ("https://[::ffff:127.0.0.1]/", "is no public address"),
        ("http://1.1.1.1/", "must be called over https"),
        ("https://2130706433/", "is no public address"),
    ],
)
async def test_a_target_that_may_not_be_reached_is_a_failure_that_says_why(
    hooks: Hooks, url: str, reason: str
) -> None:
    called = await OutgoingWebhooks(OutgoingHttp()).post(hooks.endpoint.id, url, {}, b"{}")
    assert called.status is None
    assert called.error is not None
    assert reason in called.error


async def test_a_name_that_is_rebound_to_a_private_address_is_not_called(hooks: Hooks) -> None:
    from ipaddress import ip_address

    answers = [[ip_address("93.184.215.14")], [ip_address("127.0.0.1")]]

    async def resolve(host: str, port: int) -> list[Any]:
        return answers.pop(0)

    calls = OutgoingWebhooks(OutgoingHttp(resolve=resolve))
    url = f"https://rebound.example:{hooks.receiver.port}/"
    assert calls.check_url(url) == url
    answers.pop(0)  # somebody has looked it up, and was shown a public address
    called = await calls.post(hooks.endpoint.id, url, {}, b"{}")
    assert called.error is not None
    assert "is no public address" in called.error
    assert hooks.receiver.received == []


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # trio warns of the rest that is not read
async def test_of_an_endless_answer_two_kilobytes_are_read(hooks: Hooks) -> None:
    hooks.receiver.answer = Reply(200, dribble=(b"x" * 1000, 0.001))
    await hooks.happen()
    await hooks.bench.run_jobs()
    (delivery,) = await hooks.deliveries()
    assert (delivery.tries[0].answer, delivery.state) == ("x" * 2048, WebhookDeliveryState.DELIVERED)


async def test_a_slow_endpoint_is_called_once_at_a_time_and_leaves_room_for_others(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    import anyio

    from helpdesk_adapters.web import webhook_calls

    monkeypatch.setattr(webhook_calls, "SLOW", 0.05)
    hooks.receiver.slow = 0.2
    await hooks.happen()
    await hooks.bench.run_jobs()
    await hooks.happen(6)
    hooks.receiver.most_at_once = 0
    jobs = [job for job in await hooks.jobs(JobKind.DELIVER_WEBHOOK) if job.state is JobState.QUEUED]
    async with anyio.create_task_group() as tasks:
        for job in jobs:
            tasks.start_soon(hooks.bench.desk.perform_job(), job)
    assert hooks.receiver.most_at_once == 1
    assert len(hooks.receiver.received) == 2
    hooks.receiver.slow = 0
    for _ in range(3):
        hooks.bench.clock.pass_(seconds=12)
        await hooks.bench.run_jobs()
    assert len(hooks.receiver.received) == len(set(hooks.receiver.ids)) == 7
    assert {(one.state, one.attempts) for one in await hooks.deliveries()} == {
        (WebhookDeliveryState.DELIVERED, 1)
    }


async def test_deliveries_of_a_removed_endpoint_are_gone_and_nothing_is_sent(hooks: Hooks) -> None:
    await hooks.happen()
    (delivery,) = await hooks.deliveries()
    await hooks.bench.desk.arrange_webhook_endpoints().remove(hooks.home, hooks.endpoint.id, DESK)
    await hooks.bench.run_jobs()
    assert hooks.receiver.received == []
    found = await hooks.bench.desk.store().read(
        lambda view: view.deliveries.get(hooks.home, DeliveryId(delivery.id))
    )
    assert found is None


async def test_a_secret_that_was_sealed_under_a_lost_key_is_a_failure_that_says_so(hooks: Hooks) -> None:
    async def spoil(work: Work) -> None:
        spoiled = tuple(evolve(one, sealed="lost") for one in hooks.endpoint.secrets)
        await work.webhook_endpoints.replace(evolve(hooks.endpoint, secrets=spoiled))

    await hooks.bench.desk.store().transact(spoil)
    await hooks.happen()
    await hooks.bench.run_jobs()
    (delivery,) = await hooks.deliveries()
    assert delivery.tries[0].error is not None
    assert "no longer configured" in delivery.tries[0].error
    assert (delivery.state, hooks.receiver.received) == (WebhookDeliveryState.PENDING, [])


def _oracle(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether the reference library of the scheme makes one of the signatures over these bytes with this secret."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    signature = Webhook(secret).sign(headers["webhook-id"], at, body.decode())
    return signature in headers["webhook-signature"].split()
