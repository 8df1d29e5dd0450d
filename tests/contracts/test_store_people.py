"""Who works at a desk, and how they are let in."""

from attrs import evolve

from helpdesk_core.ports.store import Store
from tests.contracts.builders import (
    a_blocked_sender,
    a_session,
    a_user,
    after,
    an_api_key,
    an_integration,
    an_organization,
)
from tests.contracts.desks import put


async def test_organizations_are_listed_by_slug(store: Store) -> None:
    before = len(await store.read(lambda view: view.organizations.all()))
    late, early = an_organization(slug="zebra"), an_organization(slug="aardvark")
    await put(store, late, early)
    listed = await store.read(lambda view: view.organizations.all())
    assert len(listed) == before + 2
    assert [one.slug for one in listed] == sorted(one.slug for one in listed)
    assert await store.read(lambda view: view.organizations.by_slug("zebra")) == late
    assert await store.read(lambda view: view.organizations.by_slug("Zebra")) is None


async def test_users_are_listed_by_e_mail_the_disabled_ones_too(store: Store) -> None:
    home, other = an_organization(), an_organization()
    b = a_user(home, email="b@desk.example")
    a = a_user(home, email="A@desk.example", disabled_at=after(1))
    elsewhere, nowhere = a_user(other), a_user(other, organization_id=None)
    await put(store, home, other, b, a, elsewhere, nowhere)
    assert [*await store.read(lambda view: view.users.of(home.id))] == [a, b]
    assert [*await store.read(lambda view: view.users.of(None))] == [nowhere]
    assert await store.read(lambda view: view.users.get(home.id, nowhere.id)) is None


async def test_a_user_is_recognised_by_e_mail_in_any_case(store: Store) -> None:
    home = an_organization()
    user = a_user(home, email="Uma@Desk.example")
    await put(store, home, user)
    for spelling in ("uma@desk.example", "UMA@DESK.EXAMPLE", "Uma@Desk.example"):
        assert await store.read(lambda view, spelling=spelling: view.users.by_email(spelling)) == user  # type: ignore[misc]
    assert await store.read(lambda view: view.users.by_email("um@desk.example")) is None
    await store.transact(lambda work: work.users.replace(evolve(user, email="new@desk.example")))
    assert await store.read(lambda view: view.users.by_email("uma@desk.example")) is None


async def test_sessions_end_one_by_one_or_all_of_a_user(store: Store) -> None:
    home = an_organization()
    uma, udo = a_user(home), a_user(home)
    first, second, third, other = a_session(uma), a_session(uma), a_session(uma), a_session(udo)
    await put(store, home, uma, udo, first, second, third, other)
    await store.transact(lambda work: work.sessions.remove(first.token_hash))
    assert await store.read(lambda view: view.sessions.get(first.token_hash)) is None
    assert await store.read(lambda view: view.sessions.get(second.token_hash)) == second
    await store.transact(lambda work: work.sessions.remove_of(uma.id))
    assert await store.read(lambda view: view.sessions.get(third.token_hash)) is None
    assert await store.read(lambda view: view.sessions.get(other.token_hash)) == other
    await store.transact(lambda work: work.sessions.remove("unknown"))


async def test_expired_sessions_are_removed_and_counted(store: Store) -> None:
    home = an_organization()
    user = a_user(home)
    ended = [a_session(user, expires_at=after(minutes)) for minutes in (1, 2, 3)]
    going = [a_session(user, expires_at=after(minutes)) for minutes in (3.01, 4)]
    prolonged = a_session(user, expires_at=after(1))
    await put(store, home, user, *ended, *going, prolonged)
    await store.transact(lambda work: work.sessions.replace(evolve(prolonged, expires_at=after(99))))
    assert await store.transact(lambda work: work.sessions.remove_expired(after(3))) == 3
    assert await store.transact(lambda work: work.sessions.remove_expired(after(3))) == 0
    for session, there in [
        *((one, False) for one in ended),
        *((one, True) for one in going),
        (prolonged, True),
    ]:
        found = await store.read(lambda view, session=session: view.sessions.get(session.token_hash))  # type: ignore[misc]
        assert (found is not None) is there


async def test_api_keys_are_listed_by_age_the_revoked_ones_too(store: Store) -> None:
    home, other = an_organization(), an_organization()
    young, old = (
        an_api_key(home, created_at=after(9)),
        an_api_key(home, created_at=after(1), revoked_at=after(2)),
    )
    await put(store, home, other, young, old, an_api_key(other))
    assert [*await store.read(lambda view: view.api_keys.of(home.id))] == [old, young]
    assert await store.read(lambda view: view.api_keys.by_hash(old.key_hash)) == old


async def test_integrations_are_listed_by_provider_and_account(store: Store) -> None:
    home = an_organization()
    accounts = [
        an_integration(home, provider=provider, external_id=external_id)
        for provider, external_id in (("stripe", "b"), ("shopify", "z"), ("stripe", "a"))
    ]
    await put(store, home, *accounts)
    listed = await store.read(lambda view: view.integrations.of(home.id))
    assert [*listed] == [accounts[1], accounts[2], accounts[0]]


async def test_blocked_senders_are_listed_until_they_are_removed(store: Store) -> None:
    home = an_organization()
    first, second = a_blocked_sender(home), a_blocked_sender(home)
    await put(store, home, first, second)
    listed = await store.read(lambda view: view.blocked_senders.of(home.id))
    assert sorted(one.pattern for one in listed) == sorted([first.pattern, second.pattern])
    await store.transact(lambda work: work.blocked_senders.remove(home.id, first.id))
    assert [*await store.read(lambda view: view.blocked_senders.of(home.id))] == [second]
    assert await store.read(lambda view: view.blocked_senders.get(home.id, first.id)) is None


async def test_log_in_attempts_are_counted_from_a_moment_on(store: Store) -> None:
    for subject, minutes in (("uma", 0), ("uma", 1), ("uma", 1), ("uma", 2), ("udo", 1)):
        await _attempt(store, subject, minutes)
    for subject, since, count in (
        ("uma", 0, 4),
        ("uma", 1, 3),
        ("uma", 1.01, 1),
        ("uma", 3, 0),
        ("udo", 0, 1),
        ("Uma", 0, 0),
    ):
        assert await _attempts(store, subject, since) == count, (subject, since)


async def test_log_in_attempts_are_forgotten_by_subject_or_by_age(store: Store) -> None:
    for subject, minutes in (("uma", 0), ("uma", 5), ("udo", 0), ("udo", 5)):
        await _attempt(store, subject, minutes)
    await store.transact(lambda work: work.log_in_attempts.forget("", after(5)))
    assert (await _attempts(store, "uma", 0), await _attempts(store, "udo", 0)) == (1, 1)
    await store.transact(lambda work: work.log_in_attempts.forget("uma"))
    assert (await _attempts(store, "uma", 0), await _attempts(store, "udo", 0)) == (0, 1)
    await store.transact(lambda work: work.log_in_attempts.forget("udo", after(5)))
    assert (await _attempts(store, "uma", 0), await _attempts(store, "udo", 0)) == (0, 1)


async def _attempt(store: Store, subject: str, minutes: float) -> None:
    await store.transact(lambda work: work.log_in_attempts.add(subject, after(minutes)))


async def _attempts(store: Store, subject: str, since: float) -> int:
    return await store.transact(lambda work: work.log_in_attempts.count(subject, after(since)))
