"""Invitations and forgotten passwords, on every store."""

import anyio
import pytest

from helpdesk_core.errors import (
    AlreadyTaken,
    Conflict,
    InvalidValue,
    NotFound,
    TooManyAttempts,
    WrongCredentials,
)
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.people.manage_users import UserChange
from helpdesk_core.user_links import Purpose
from helpdesk_core.users import Role
from tests.contracts.builders import fresh
from tests.contracts.people_desk import PASSWORD, Staffed, staffed

NEW = "seven green bottles"


async def test_an_invitation_is_mailed_once_and_lets_somebody_in_once(store: Store) -> None:
    at = await staffed(store)
    email = f"{fresh('cleo')}@desk.example"
    invited = await at.desk.invite_user()(at.home, at.as_ada, email, "", Role.AGENT)
    await at.jobs()
    [(_, mail)] = at.post.sent
    assert [one.email for one in mail.to] == [email]
    assert at.post.token() == invited.token
    joined = await at.desk.accept_invitation()(invited.token, " Cleo  Moss ", NEW)
    assert (joined.name, joined.email, joined.role) == ("Cleo Moss", email, Role.AGENT)
    await at.desk.log_in()(email, NEW, "203.0.113.9")
    with pytest.raises(WrongCredentials):
        await at.desk.accept_invitation()(invited.token, "Mallory", "another password")
    assert {"user.created", "user.invited", "user.joined"} <= set(await at.types())


async def test_the_store_keeps_no_token(store: Store) -> None:
    at = await staffed(store)
    invited = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    link = await store.read(lambda view: view.user_links.of(invited.user.id, Purpose.INVITATION))
    assert link is not None
    assert invited.token not in repr((link, link.token_hash, invited))


async def test_another_invitation_takes_the_place_of_the_first(store: Store) -> None:
    at = await staffed(store)
    first = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    second = await at.desk.invite_user().again(at.home, first.user.id, at.as_ada)
    with pytest.raises(WrongCredentials):
        await at.desk.accept_invitation()(first.token, "Cleo", NEW)
    await at.desk.accept_invitation()(second.token, "Cleo", NEW)
    with pytest.raises(Conflict):
        await at.desk.invite_user().again(at.home, first.user.id, at.as_ada)


async def test_an_invitation_ends_after_a_week_or_with_the_account(store: Store) -> None:
    at = await staffed(store)
    invited = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    at.clock.pass_(days=7)
    with pytest.raises(WrongCredentials):
        await at.desk.accept_invitation()(invited.token, "Cleo", NEW)
    again = await at.desk.invite_user().again(at.home, invited.user.id, at.as_ada)
    await at.desk.change_user()(at.home, invited.user.id, at.as_ada, UserChange(active=False))
    with pytest.raises(WrongCredentials):
        await at.desk.accept_invitation()(again.token, "Cleo", NEW)
    with pytest.raises(Conflict):
        await at.desk.invite_user().again(at.home, invited.user.id, at.as_ada)


async def test_nobody_is_invited_twice_or_into_another_organization(store: Store) -> None:
    at, other = await staffed(store), await staffed(store)
    with pytest.raises(AlreadyTaken):
        await other.desk.invite_user()(other.home, other.as_ada, at.ada.email, "", Role.AGENT)
    invited = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    with pytest.raises(NotFound):
        await other.desk.invite_user().again(other.home, invited.user.id, other.as_ada)


async def test_a_bad_name_or_password_does_not_use_up_the_link(store: Store) -> None:
    at = await staffed(store)
    invited = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    for name, password in (("Cleo", "short"), ("  ", NEW), ("x" * 201, NEW)):
        with pytest.raises(InvalidValue):
            await at.desk.accept_invitation()(invited.token, name, password)
    await at.desk.accept_invitation()(invited.token, "Cleo", NEW)


async def test_of_two_who_use_a_link_at_once_one_comes_in(store: Store) -> None:
    at = await staffed(store)
    invited = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    ended: list[str] = []

    async def use(name: str) -> None:
        try:
            await at.desk.accept_invitation()(invited.token, name, NEW)
            ended.append(name)
        except WrongCredentials:
            ended.append("refused")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use, "Cleo")
        tasks.start_soon(use, "Mallory")
    assert ended.count("refused") == 1
    assert (await at.user(invited.user)).name in ended


async def test_a_forgotten_password_is_replaced_and_all_sessions_end(store: Store) -> None:
    at = await staffed(store)
    token, _ = await at.desk.log_in()(at.ada.email, PASSWORD, "203.0.113.9")
    await at.desk.ask_for_reset()(at.ada.email.upper(), "203.0.113.9")
    await at.jobs()
    reset = at.post.token()
    await at.desk.reset_password()(reset, NEW)
    with pytest.raises(WrongCredentials):
        await at.desk.recognise_session()(token)
    with pytest.raises(WrongCredentials):
        await at.desk.log_in()(at.ada.email, PASSWORD, "203.0.113.9")
    await at.desk.log_in()(at.ada.email, NEW, "203.0.113.9")
    with pytest.raises(WrongCredentials):
        await at.desk.reset_password()(reset, "a third password")
    assert (await at.types())[-1] == "user.password_changed"


async def test_a_link_serves_its_own_purpose_only(store: Store) -> None:
    at = await staffed(store)
    invited = await at.desk.invite_user()(at.home, at.as_ada, f"{fresh('c')}@desk.example", "", Role.AGENT)
    with pytest.raises(WrongCredentials):
        await at.desk.reset_password()(invited.token, NEW)
    await at.jobs()
    await at.desk.ask_for_reset()(at.ada.email, "203.0.113.9")
    await at.jobs()
    with pytest.raises(WrongCredentials):
        await at.desk.accept_invitation()(at.post.token(), "Mallory", NEW)
    at.clock.pass_(hours=1)
    with pytest.raises(WrongCredentials):
        await at.desk.reset_password()(at.post.token(), NEW)


async def test_a_link_that_was_replaced_before_it_was_mailed_is_not_mailed(store: Store) -> None:
    at = await staffed(store)
    for _ in range(2):
        await at.desk.ask_for_reset()(at.ada.email, "203.0.113.9")
    await at.jobs()
    assert len(at.post.sent) == 1
    await at.desk.reset_password()(at.post.token(), NEW)


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "no address", "", "x" * 400 + "@y.example"])
async def test_nobody_sees_whether_an_address_is_known(store: Store, email: str) -> None:
    at = await staffed(store)
    await at.desk.ask_for_reset()(email, "203.0.113.9")
    await at.jobs()
    assert at.post.sent == []


async def test_an_address_is_mailed_little_and_a_place_may_ask_only_so_often(store: Store) -> None:
    at = await staffed(store)
    for _ in range(5):
        await at.desk.ask_for_reset()(at.ada.email, "198.51.100.7")
        await at.jobs()
    assert len(at.post.sent) == 2
    for _ in range(15):
        await at.desk.ask_for_reset()(f"{fresh('x')}@x.example", "198.51.100.7")
    with pytest.raises(TooManyAttempts):
        await at.desk.ask_for_reset()(at.ada.email, "198.51.100.7")
    at.clock.pass_(minutes=6)
    await at.desk.ask_for_reset()(at.ada.email, "198.51.100.7")
    await at.jobs()
    assert len(at.post.sent) == 3


async def test_whoever_is_locked_out_is_mailed_nothing(store: Store) -> None:
    at = await staffed(store)
    ben = await at.colleague()
    await at.desk.change_user()(at.home, ben.id, at.as_ada, UserChange(active=False))
    await at.desk.ask_for_reset()(ben.email, "203.0.113.9")
    await at.jobs()
    assert at.post.sent == []


async def test_users_change_what_is_theirs_with_their_password(store: Store) -> None:
    at: Staffed = await staffed(store)
    own = at.desk.change_own_account()
    assert (await own.name(at.ada, "Ada  B.")).name == "Ada B."
    with pytest.raises(InvalidValue):
        await own.email(at.ada, "new@desk.example", "not this one")
    ben = await at.colleague()
    with pytest.raises(AlreadyTaken):
        await own.email(at.ada, ben.email, PASSWORD)
    address = f"{fresh('ada')}@new.example"
    assert (await own.email(at.ada, address.upper(), PASSWORD)).name == "Ada B."
    ada = await at.user(at.ada)
    assert ada.email.lower() == address
    old, _ = await at.desk.log_in()(address, PASSWORD, "203.0.113.9")
    token = await own.password(ada, PASSWORD, NEW, "Firefox")
    with pytest.raises(WrongCredentials):
        await at.desk.recognise_session()(old)
    assert (await at.desk.recognise_session()(token)).id == ada.id
    [session] = await store.read(lambda view: view.sessions.of(ada.id))
    assert session.device == "Firefox"
    await own.log_out_everywhere(ada)
    with pytest.raises(WrongCredentials):
        await at.desk.recognise_session()(token)


async def test_a_password_cannot_be_tried_out_by_an_open_session(store: Store) -> None:
    at = await staffed(store)
    for _ in range(20):
        with pytest.raises(InvalidValue):
            await at.desk.change_own_account().email(at.ada, "new@desk.example", "not this one")
    with pytest.raises(TooManyAttempts):
        await at.desk.change_own_account().email(at.ada, "new@desk.example", PASSWORD)
