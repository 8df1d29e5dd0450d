"""Webhook endpoints and deliveries: which events, which URLs, which secrets, when again."""

import ast
import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.deliveries import (
    MOST_TRIES_KEPT,
    PAUSES,
    DeliveryTry,
    WebhookDelivery,
    WebhookDeliveryState,
    after_try,
)
from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.event_types import EVENT_TYPES, checked_patterns
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.use_cases.webhooks.deliver_webhook import judged_after
from helpdesk_core.webhook_endpoints import (
    GIVEN_UP_AFTER,
    DisabledReason,
    SigningSecret,
    WebhookEndpoint,
    checked_url,
    matches,
    new_secret,
    rotated,
)

TYPE = re.compile("[a-z_]+[.][a-z_]+")
NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
HOME = OrganizationId(UUID(int=1))
ENDPOINT = WebhookEndpoint(
    id=UUID(int=2),
    organization_id=HOME,
    name="CRM",
    created_at=NOW,
    updated_at=NOW,
    url="https://hooks.example/",
    secrets=(SigningSecret("first", NOW),),
)
DELIVERY = WebhookDelivery(
    id=DeliveryId(UUID(int=3)),
    organization_id=HOME,
    endpoint_id=WebhookEndpointId(ENDPOINT.id),
    event_id=UUID(int=4),
    seq=1,
    type="ticket.created",
    created_at=NOW,
    body="{}",
    next_try_at=NOW,
)
FAILED = DeliveryTry(at=NOW, duration_ms=40, status=500)
MADE = DeliveryTry(at=NOW, duration_ms=40, status=204)


def test_patterns_mean_all_a_family_or_one_type() -> None:
    assert matches(("*",), "ticket.created")
    assert matches(("team.*", "ticket.*"), "ticket.created")
    assert matches(("ticket.created",), "ticket.created")
    assert not matches(("ticket.created", "customer.*"), "ticket.merged")
    assert not matches((), "ticket.created")


def test_a_pattern_that_nothing_can_match_is_refused_by_its_place() -> None:
    assert checked_patterns(("*", "ticket.*", "*", "team.created"), "events") == (
        "*",
        "ticket.*",
        "team.created",
    )
    for wrong in ("ticket", "ticket.", ".*", "song.*", "ticket.sung", "**", ""):
        with pytest.raises(InvalidValue) as refused:
            checked_patterns(("*", wrong), "events")
        assert refused.value.path == "events[1]"


def test_every_type_that_is_written_to_the_log_can_be_subscribed_to() -> None:
    sources = Path(__file__).parents[2].joinpath("src/helpdesk_core/use_cases").rglob("*.py")
    written = {type for source in sources for type in _types_in(ast.parse(source.read_text("utf-8")))}
    assert len(written) > 15
    assert written - EVENT_TYPES == set()


def test_every_kind_that_is_arranged_can_be_subscribed_to() -> None:
    import helpdesk_adapters.container  # noqa: F401  knows every kind
    from helpdesk_core.arrangements import Arrangement

    kinds = {one.kind for one in Arrangement.__subclasses__()}
    told = {f"{kind}.{what}" for kind in kinds for what in ("created", "updated", "deleted")}
    assert told - EVENT_TYPES == set()


def test_secrets_have_the_form_of_the_standard_and_a_sensible_length() -> None:
    assert new_secret("x" * 43).startswith("whsec_")
    for wrong in ("x" * 23, "x" * 65):
        with pytest.raises(ValueError, match="24 to 64"):
            new_secret(wrong)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 48)), max_size=12))
def test_after_any_rotations_the_newest_secret_has_no_end_and_no_old_one_outlives_its_overlap(
    turns: list[tuple[int, int]],
) -> None:
    endpoint, now = ENDPOINT, NOW
    for number, (hours, overlap) in enumerate(turns):
        now += timedelta(hours=hours)
        before = endpoint.live_secrets(now)
        try:
            endpoint = rotated(endpoint, f"secret-{number}", now, timedelta(hours=overlap))
        except Conflict:
            assert len(before) == 5
            assert overlap > 0
            continue
        newest, *old = endpoint.live_secrets(now)
        assert (newest.sealed, newest.expires_at) == (f"secret-{number}", None)
        assert len(endpoint.secrets) <= 5
        known = {one.sealed: one.expires_at for one in before}
        for one in old:
            assert one.expires_at is not None
            assert one.expires_at <= now + timedelta(hours=overlap)
            assert one.expires_at <= (known[one.sealed] or one.expires_at)
        assert set(known) >= {one.sealed for one in old}


def test_a_url_is_judged_by_what_it_says() -> None:
    def public(address: object, encrypted: bool) -> bool:
        return encrypted and address == ip_address("93.184.215.14")

    for good in (
        "https://hooks.example/x?y=1",
        "https://93.184.215.14:8443/",
        "https://xn--bcher-kva.example/",
    ):
        assert checked_url(good, public, plain=False) == good
    for bad in (
        "http://hooks.example/",
        "https://10.0.0.1/",
        "https://a:b@hooks.example/",
        "https://[::1",
        "x",
    ):
        with pytest.raises(InvalidValue):
            checked_url(bad, public, plain=False)
    assert checked_url("http://hooks.example/", public, plain=True) == "http://hooks.example/"


@given(st.text(max_size=60))
def test_whatever_is_given_as_a_url_is_accepted_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"http://{text}/"):
        try:
            checked_url(url, lambda address, encrypted: False, plain=True)
        except InvalidValue:
            continue


@given(st.integers(0, 30), st.floats(0, 0.999), st.none() | st.integers(0, 10**7))
def test_pauses_grow_and_what_was_asked_for_is_honoured_up_to_a_day(
    step: int, jitter: float, asked: int | None
) -> None:
    pause = None if asked is None else timedelta(seconds=asked)
    tried = after_try(DELIVERY, FAILED, step, pause, jitter)
    if step >= len(PAUSES):
        assert (tried.state, tried.next_try_at) == (WebhookDeliveryState.FAILED, None)
        return
    assert tried.next_try_at is not None
    waited = tried.next_try_at - (NOW + timedelta(milliseconds=40))
    least = max(PAUSES[step], min(pause or timedelta(), timedelta(days=1)))
    assert least <= waited <= max(PAUSES[step] * 1.1, least)


def test_there_are_tries_over_days() -> None:
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < timedelta(days=4)
    assert list(PAUSES) == sorted(PAUSES)


def test_of_very_many_tries_the_newest_are_kept_and_all_are_counted() -> None:
    delivery = DELIVERY
    for number in range(50):
        delivery = after_try(delivery, evolve(FAILED, duration_ms=number), 0, None, 0.0)
    assert (delivery.attempts, len(delivery.tries)) == (50, MOST_TRIES_KEPT)
    assert delivery.tries[-1].duration_ms == 49


def test_a_success_forgives_and_days_of_failures_disable() -> None:
    failing = judged_after(ENDPOINT, FAILED, NOW)
    assert failing.failing_since == NOW
    assert judged_after(failing, FAILED, NOW + GIVEN_UP_AFTER - timedelta(seconds=1)) == failing
    given_up = judged_after(failing, FAILED, NOW + GIVEN_UP_AFTER)
    assert (given_up.active, given_up.disabled_reason) == (False, DisabledReason.FAILING)
    assert judged_after(failing, MADE, NOW + GIVEN_UP_AFTER) == ENDPOINT
    gone = judged_after(ENDPOINT, evolve(FAILED, status=410), NOW)
    assert (gone.active, gone.disabled_reason, gone.disabled_at) == (False, DisabledReason.GONE, NOW)


def _types_in(tree: ast.AST) -> set[str]:
    """The types that calls of `….event(organization, "kind.verb", …)`, or of what stands for it, name."""
    return {
        str(argument.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in ("event", "tell")
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant) and TYPE.fullmatch(str(argument.value))
    }
