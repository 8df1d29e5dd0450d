"""A call of which nobody tells any more comes to rest."""

from attrs import frozen

from helpdesk_core import call_reading, calls
from helpdesk_core.commands import Nothing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.jobs import JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.messaging.find_call import call_of, keep_call, line_of
from helpdesk_core.use_cases.messaging.tell_call import PATIENCE, bring_up_to_date
from helpdesk_core.users import DESK


@frozen
class SettleCall:
    """Some time after the last word on a call: where its end was never told it is taken as over, as of that word, and a
    call that makes no ticket is forgotten. One that still goes on is looked at again later.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, leg: str) -> None:
        async def unit(work: Work) -> None:
            call = await call_of(organization_id, leg, work)
            if call is None or call.forgotten:
                return
            occasion = Occasion(self.clock(), self.new_id, DESK)
            due = call.stamp.at + PATIENCE
            if due > occasion.at and not call_reading.is_over(call):
                payload = {"call": call.external_id}
                await work.jobs.add(occasion.job(organization_id, JobKind.SETTLE_CALL, payload, due))
                return
            account = await line_of(Channel(call.provider), call_reading.lines(call), work)
            if isinstance(account, Nothing) or account.organization_id != organization_id:
                return
            settled = call_reading.given_up(call)
            done = await bring_up_to_date(settled, [call], account, work, occasion)
            if isinstance(done, Nothing) or done.conversation_id is None:
                await keep_call(organization_id, calls.forgotten(settled), work)

        await self.store.transact(unit)
