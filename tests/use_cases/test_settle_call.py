"""A call of which nobody tells any more comes to rest."""

import json
from collections.abc import Mapping
from typing import Any

from helpdesk_adapters.messaging.dialpad.translate_calls import call as translated
from helpdesk_core.calls import Call
from helpdesk_core.commands import TellCall
from helpdesk_core.event_log import Occasion
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.messaging.find_call import EVERYWHERE
from helpdesk_core.use_cases.messaging.tell_call import tell_call
from helpdesk_core.users import DESK
from tests.calls import BEGAN, LINE, Leg
from tests.use_cases.conftest import Bench

ADA = Leg(1, "Ada")


async def told(bench: Bench, *words: Mapping[str, Any], policy: str = "end") -> None:
    """The words, as if the call began now."""
    acme = bench.acme or await bench.begin()
    await bench.desk.connect_integration()(acme.id, "dialpad", LINE, {"tickets_for_calls": policy})
    later = round(bench.clock().timestamp() * 1000) - BEGAN
    for word in words:
        moved = {**word, "event_timestamp": word["event_timestamp"] + later}
        (command,) = translated(json.dumps(moved).encode())
        assert isinstance(command, TellCall)

        async def unit(work: Work, command: TellCall = command) -> None:
            await tell_call(command, work, Occasion(bench.clock(), bench.desk.new_id(), DESK))

        await bench.desk.store().transact(unit)


async def texts(bench: Bench) -> list[str]:
    assert bench.acme is not None
    organization_id = bench.acme.id

    async def look(view: Work) -> list[str]:
        found = await view.tickets.page(organization_id, TicketFilter(), Page())
        said = await view.conversations.of_tickets(organization_id, [one.id for one in found.items])
        return [one.content_text for messages in said.values() for one in messages]

    return await bench.desk.store().transact(look)


async def the_call(bench: Bench) -> Call | None:
    assert bench.acme is not None
    organization_id = bench.acme.id
    return await bench.desk.store().read(
        lambda view: view.records.get(organization_id, Call, EVERYWHERE, "1")
    )


async def test_a_call_whose_end_is_never_told_gets_its_ticket_all_the_same(bench: Bench) -> None:
    await told(bench, ADA("ringing", 0))
    bench.clock.pass_(hours=1)
    await bench.run_jobs()
    assert await texts(bench) == []
    bench.clock.pass_(hours=2)
    await bench.run_jobs()
    assert await texts(bench) == ["Missed call"]


async def test_a_call_that_makes_no_ticket_is_forgotten(bench: Bench) -> None:
    words = ADA.talks(5_000, 65_000)
    await told(bench, *words, policy="missed")
    bench.clock.pass_(hours=3)
    await bench.run_jobs()
    call = await the_call(bench)
    assert call is not None
    assert (call.forgotten, call.told) == (True, ())
    await told(bench, *words, policy="ring")
    assert await texts(bench) == []


async def test_a_call_that_has_its_ticket_is_left_alone(bench: Bench) -> None:
    await told(bench, *ADA.talks(5_000, 65_000))
    before = await the_call(bench)
    bench.clock.pass_(hours=3)
    await bench.run_jobs()
    assert (await the_call(bench), await texts(bench)) == (before, ["Call of 1:00 with Ada"])
