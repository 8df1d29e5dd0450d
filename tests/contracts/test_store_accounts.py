"""What was heard last of each connected account, on every store."""

from helpdesk_core.integrations import LastEvent
from helpdesk_core.ports.store import Store
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.contracts.builders import a_webhook_event, after, an_integration, an_organization
from tests.contracts.desks import put


async def test_the_newest_event_of_each_account_is_known(store: Store) -> None:
    home, away = an_organization(), an_organization()
    one = an_integration(home, provider="sms", external_id="+14155550142")
    two = an_integration(home, provider="sms", external_id="+14155550143")
    same = an_integration(home, provider="dialpad", external_id="+14155550142")
    silent = an_integration(home, provider="slack", external_id="T1")
    theirs = an_integration(away, provider="slack", external_id="T2")

    def heard(account: str, minute: int, provider: str = "sms", **fields: object) -> WebhookEvent:
        state = EventState.PROCESSED
        at = {"type": f"at {minute}", "received_at": after(minute), "state": state}
        told = {"organization_id": home.id, "provider": provider, "account": account}
        return a_webhook_event(**{**told, **at, **fields})

    await put(store, home, away, one, two, same, silent, theirs)
    events = (
        heard("+14155550142", 3),
        heard("+14155550142", 5),
        heard("+14155550142", 4),
        heard("+14155550142", 9, "dialpad"),
        heard("+14155550143", 1),
        heard("+14155550143", 8, organization_id=away.id),
        heard("T1", 7, "slack", organization_id=None, state=EventState.UNMATCHED),
        heard("T2", 6, "slack", organization_id=away.id),
        heard("T2", 9, "slack"),
        a_webhook_event(organization_id=home.id, provider="sms", received_at=after(99)),
    )
    await put(store, *events)
    assert await store.read(lambda view: view.integrations.heard(home.id)) == {
        one.id: LastEvent("at 5", after(5)),
        two.id: LastEvent("at 1", after(1)),
        same.id: LastEvent("at 9", after(9)),
    }
    assert await store.read(lambda view: view.integrations.heard(away.id)) == {
        theirs.id: LastEvent("at 6", after(6))
    }


async def test_only_what_is_unmatched_waits_for_its_account(store: Store) -> None:
    home = an_organization()
    told = {"provider": "sms", "account": "+14155550142"}
    waiting = a_webhook_event(**told, state=EventState.UNMATCHED)
    done = a_webhook_event(**told, state=EventState.PROCESSED, organization_id=home.id)
    await put(store, home, waiting, done)
    found = await store.read(lambda view: view.inbox.waiting("sms", "+14155550142", 10))
    assert [*found] == [waiting]
