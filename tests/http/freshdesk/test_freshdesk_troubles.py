"""What may go wrong while a Freshdesk account moves in: nothing is lost by it, and nothing comes twice."""

from base64 import b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest

from helpdesk_core.ids import ImportId
from helpdesk_core.jobs import MAX_ATTEMPTS, TryLater
from tests.due_jobs import run_jobs
from tests.fakes.freshdesk_api import (
    DOMAIN,
    KEY,
    FakeFreshdesk,
    a_contact,
    a_conversation,
    a_reply,
    a_ticket,
    an_error,
)
from tests.fakes.http_server import Reply, Request
from tests.http.conftest import Office
from tests.http.moving_from_freshdesk import (
    Storm,
    everything_once,
    imported,
    many_tickets,
    order,
    rows,
    status,
    ticket_of,
)


async def test_a_second_run_brings_only_what_has_changed(acme: Office, shop: FakeFreshdesk) -> None:
    file = {"id": 7, "name": "photo.txt", "size": 8}
    shop.files = {"photo.txt": b"a kettle"}
    shop.tickets[3]["attachments"] = [file]  # its address is another one each time
    await imported(acme)
    shop.asked.clear()
    shop.tickets[2] |= {"status": 5, "updated_at": "2025-04-02T00:00:00Z"}
    shop.conversations[2] = [a_conversation(150)]
    again = await imported(acme)
    tickets = again["progress"]["tickets"]
    assert (tickets["created"], tickets["updated"]) == (0, 1)
    assert not [one for one in shop.asked if "/tickets/1?" in one]
    ticket = await ticket_of(acme, 2)
    assert (ticket["status"], ticket["message_count"]) == ("closed", 2)
    assert len(await rows(acme, "/api/v1/tickets")) == 3


async def test_two_orders_at_once_are_one_import(acme: Office) -> None:
    first = await order(acme)
    assert await order(acme) == first
    await run_jobs(acme.desk)
    assert len(await rows(acme, "/api/v1/tickets")) == 3


async def test_behind_the_wall_the_list_goes_on_from_the_last_time_it_reached(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.wall = 2
    many_tickets(shop, 450)
    done = await imported(acme)
    assert done["status"] == "completed"
    assert await everything_once(acme, 450)


async def test_many_tickets_of_one_second_come_over_as_far_as_freshdesk_gives_them(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.wall = 2
    many_tickets(shop, 150)
    for ticket in shop.tickets.values():
        ticket["updated_at"] = "2025-03-05T00:00:00Z"
    shop.tickets |= {id: a_ticket(id, updated_at="2025-03-06T00:00:00Z") for id in (151, 152)}
    await imported(acme)
    assert await everything_once(acme, 152)


async def test_behind_a_second_with_more_than_freshdesk_gives_the_rest_is_told_and_the_list_goes_on(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.wall = 1
    many_tickets(shop, 130)
    for ticket in shop.tickets.values():
        ticket["updated_at"] = "2025-03-05T00:00:00Z"
    shop.tickets[131] = a_ticket(131, updated_at="2025-03-06T00:00:00Z")
    done = await imported(acme)
    assert done["status"] == "completed"
    assert done["progress"]["tickets"]["created"] == 101
    assert any("than Freshdesk gives" in one["message"] for one in done["errors"])


async def test_tickets_that_move_up_while_others_change_are_not_missed(
    acme: Office, shop: FakeFreshdesk
) -> None:
    many_tickets(shop, 205)
    moved: list[int] = []

    def customers_write(request: Request) -> Reply | None:
        """Ten early tickets change while the first page is read: all behind them move up by ten places."""
        if "/tickets/60?" in request.target and not moved:
            moved.extend(range(1, 11))
            for id in moved:
                shop.tickets[id]["updated_at"] = "2025-04-01T00:00:00Z"
        return None

    shop.faults.append(customers_write)
    await imported(acme)
    assert moved
    assert await everything_once(acme, 205)


async def test_a_storm_of_429s_only_makes_the_import_wait(acme: Office, shop: FakeFreshdesk) -> None:
    many_tickets(shop, 120)
    shop.faults.append(Storm(17, an_error(429, "", "You have exceeded the limit", retry_after="1")))
    import_id = await order(acme)
    for _ in range(40):
        await acme.desk.run_import()(acme.id, ImportId(UUID(import_id)), 1)
    assert (await status(acme, import_id))["status"] == "completed"
    assert await everything_once(acme, 120)


async def test_while_it_waits_an_import_says_until_when(acme: Office, shop: FakeFreshdesk) -> None:
    shop.faults.append(Storm(1, an_error(429, "", "You have exceeded the limit", retry_after="34")))
    waiting = await imported(acme)
    assert waiting["status"] == "running"
    assert "Waits until" in waiting["detail"]
    assert "429" in waiting["detail"]


async def test_a_limit_that_ends_every_run_early_still_lets_it_come_to_its_end(
    acme: Office, shop: FakeFreshdesk
) -> None:
    """Thirty calls a minute: less than one page of ours and all that it refers to."""
    shop.lists["/companies"] = [{"id": id, "name": f"Company {id}"} for id in range(4_000)]
    many_tickets(shop, 60)
    shop.faults.append(Storm(31, an_error(429, "", "Too many", retry_after="1")))
    import_id = await order(acme)
    for _ in range(40):
        await acme.desk.run_import()(acme.id, ImportId(UUID(import_id)), 1)
    assert (await status(acme, import_id))["status"] == "completed"
    assert await everything_once(acme, 60)


async def test_errors_in_between_are_tried_again(acme: Office, shop: FakeFreshdesk) -> None:
    shop.faults.append(Storm(3, Reply(500, b"oops"), most=2, where="/tickets/"))
    shop.faults.append(Storm(4, Reply(200, b'{"id": 1, "subj'), most=1, where="/tickets/"))
    done = await imported(acme)
    assert (done["status"], done["progress"]["tickets"]["created"]) == ("completed", 3)


async def test_one_ticket_that_freshdesk_never_gives_is_told_and_stops_nobody(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.faults.append(Storm(1, Reply(500, b"oops"), where="/tickets/2?"))
    done = await imported(acme)
    tickets = done["progress"]["tickets"]
    assert (done["status"], tickets["created"], tickets["failed"]) == ("completed", 2, 1)
    assert [one["externalId"] for one in done["errors"] if "failed to give" in one["message"]] == ["2"]


async def test_when_freshdesk_is_away_for_long_the_import_rests_and_goes_on_where_it_stood(
    acme: Office, shop: FakeFreshdesk
) -> None:
    import_id = await order(acme)
    outage = Storm(1, Reply(502, b"<html>bad gateway</html>"), where="/tickets")
    shop.faults.append(outage)
    run = acme.desk.run_import()
    with pytest.raises(TryLater):
        await run(acme.id, ImportId(UUID(import_id)), 1)
    await run(acme.id, ImportId(UUID(import_id)), MAX_ATTEMPTS)
    resting = await status(acme, import_id)
    assert (resting["status"], resting["progress"]["customers"]["created"]) == ("paused", 3)
    shop.faults.clear()
    assert (await imported(acme))["importId"] == import_id
    assert await everything_once(acme, 3)


async def test_a_key_that_is_revoked_in_the_middle_pauses_the_import_until_another_one_comes(
    acme: Office, shop: FakeFreshdesk
) -> None:
    many_tickets(shop, 60)

    def revoke(request: Request) -> Reply | None:
        if "/tickets/40?" in request.target:
            shop.key = "another one"
        return None

    shop.faults.append(revoke)
    paused = await imported(acme)
    assert paused["status"] == "paused"
    assert "API key" in paused["detail"]
    assert KEY not in str(paused)
    shop.faults.clear()
    done = await imported(acme, key="another one")
    assert (done["importId"], done["status"]) == (paused["importId"], "completed")
    assert await everything_once(acme, 60)


async def test_a_key_that_freshdesk_repeats_is_not_told(acme: Office, shop: FakeFreshdesk) -> None:
    def repeat(request: Request) -> Reply | None:
        pair = request.headers["authorization"].removeprefix("Basic ")
        return an_error(403, "access_denied", f"{'x' * 280} {pair} may not: {KEY}")

    shop.faults.append(repeat)
    paused = await imported(acme)
    assert "answered 403: xxx" in paused["detail"]
    body = {"domain": DOMAIN, "apiKey": KEY}
    refused = await acme.client.post("/api/freshdesk/connect", json=body)
    assert refused.json()["code"] == "access_denied"
    for told in (paused["detail"], refused.text):
        assert KEY[:6] not in told
        assert b64encode(KEY.encode()).decode()[:6] not in told


async def test_a_suspended_account_pauses_the_import(acme: Office, shop: FakeFreshdesk) -> None:
    suspended = an_error(403, "account_suspended", "Your account has been suspended.")
    shop.faults.append(Storm(1, suspended, where="/tickets"))
    paused = await imported(acme)
    assert paused["status"] == "paused"
    assert "suspended" in paused["detail"]


async def test_an_account_without_surveys_or_help_centre_comes_over_without_them(
    acme: Office, shop: FakeFreshdesk
) -> None:
    plan = an_error(403, "require_feature", "The Surveys feature is not supported in your plan.")
    shop.faults += [Storm(1, plan, where="/surveys"), Storm(1, plan, where="/solutions")]
    del shop.lists["/canned_response_folders"]
    done = await imported(acme)
    assert (done["status"], done["progress"]["tickets"]["created"]) == ("completed", 3)
    told = [(one["kind"], one["externalId"]) for one in done["errors"]]
    assert ("tickets", "satisfaction_ratings") in told
    assert ("articles", "solutions") in told
    assert done["progress"]["tickets"]["failed"] == 0


async def test_a_ticket_that_is_gone_when_it_is_asked_for_is_passed_over(
    acme: Office, shop: FakeFreshdesk
) -> None:
    shop.faults.append(lambda request: Reply(404, b"") if "/tickets/2?" in request.target else None)
    done = await imported(acme)
    tickets = done["progress"]["tickets"]
    assert (tickets["created"], tickets["skipped"], tickets["failed"]) == (2, 3, 0)


async def test_a_list_that_begins_again_and_again_has_an_end(acme: Office, shop: FakeFreshdesk) -> None:
    def circle(request: Request) -> Reply | None:
        if "/api/v2/groups" not in request.target and "/api/v2/companies" not in request.target:
            return None
        return a_reply([{"id": 11, "name": "Workshop"}], headers={"link": '<x>; rel="next"'})

    shop.faults.append(circle)
    done = await imported(acme)
    assert (done["status"], done["progress"]["teams"]["created"]) == ("completed", 1)


async def test_rows_that_cannot_be_read_are_told_one_by_one(acme: Office, shop: FakeFreshdesk) -> None:
    shop.lists["/contacts"] += [{"name": "nobody"}, a_contact(504)]
    shop.tickets[2]["created_at"] = "whenever"
    done = await imported(acme)
    failed = {kind: one["failed"] for kind, one in done["progress"].items() if one["failed"]}
    assert failed == {"customers": 1, "tickets": 1}
    assert done["progress"]["customers"]["created"] == 4


async def test_since_narrows_the_first_run(acme: Office, shop: FakeFreshdesk) -> None:
    many_tickets(shop, 30)
    done = await imported(acme, since="2025-03-01T00:21:00Z")
    assert done["progress"]["tickets"]["created"] == 10


async def test_contacts_are_read_whole_where_freshdesk_does_not_narrow_them_down(
    acme: Office, shop: FakeFreshdesk
) -> None:
    await imported(acme)
    shop.lists["/contacts"].append(a_contact(504, updated_at=datetime.now(UTC).isoformat()))

    def strict(request: Request) -> Reply | None:
        if "/contacts" not in request.target or "updated_since" not in request.target:
            return None
        return a_reply({"description": "Validation failed", "errors": [{"field": "updated_since"}]}, 400)

    shop.faults.append(strict)
    done = await imported(acme)
    assert done["progress"]["customers"]["created"] == 1
