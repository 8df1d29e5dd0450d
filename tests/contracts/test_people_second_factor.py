"""The second factor, on every store: two steps, each code once, recovery codes, and organizations that demand it."""

import anyio
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.secrets.one_time_codes import PyotpCodes
from helpdesk_core.errors import Conflict, NotFound, TooManyAttempts, WrongCredentials
from helpdesk_core.ids import UserId
from helpdesk_core.ports.store import Store
from helpdesk_core.second_factors import is_recovery_code, recovery_code, recovery_hash
from helpdesk_core.use_cases.people.log_in import SecondFactorDemanded, SecondStepNeeded
from helpdesk_core.users import User
from tests.contracts.builders import NOON, after, new_id
from tests.contracts.people_desk import PASSWORD, Staffed, staffed

PLACE = "203.0.113.9"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def first_step(at: Staffed, user: User) -> str:
    """What a browser holds after the right password."""
    with pytest.raises(SecondStepNeeded) as needed:
        await at.desk.log_in()(user.email, PASSWORD, PLACE)
    sealed: str = at.desk.passes().issue(needed.value.user, at.clock())
    return sealed


async def test_the_password_alone_starts_no_session_and_a_code_finishes_the_log_in(store: Store) -> None:
    at = await staffed(store)
    secret, _ = await at.second_factor(at.ada)
    sealed = await first_step(at, at.ada)
    assert await store.read(lambda view: view.sessions.of(at.ada.id)) == []
    at.clock.pass_(seconds=30)
    token, user = await at.desk.finish_log_in()(sealed, at.code(secret), "Firefox")
    assert user.id == at.ada.id
    assert (await at.desk.recognise_session()(token)).id == at.ada.id


async def test_a_code_is_accepted_once_and_no_earlier_one_behind_it(store: Store) -> None:
    at = await staffed(store)
    secret, _ = await at.second_factor(at.ada)
    sealed = await first_step(at, at.ada)
    with pytest.raises(WrongCredentials):  # it was used to set the factor up
        await at.desk.finish_log_in()(sealed, at.code(secret))
    await at.desk.finish_log_in()(sealed, at.code(secret, 1))
    for steps in (-1, 0, 1):
        with pytest.raises(WrongCredentials):
            await at.desk.finish_log_in()(sealed, at.code(secret, steps))


async def test_codes_of_two_steps_away_are_wrong(store: Store) -> None:
    at = await staffed(store)
    secret, _ = await at.second_factor(at.ada)
    sealed = await first_step(at, at.ada)
    at.clock.pass_(minutes=5)
    for steps in (-2, 2):
        with pytest.raises(WrongCredentials):
            await at.desk.finish_log_in()(sealed, at.code(secret, steps))
    await at.desk.finish_log_in()(sealed, at.code(secret, -1))


async def test_of_two_who_bring_the_same_code_at_once_one_comes_in(store: Store) -> None:
    at = await staffed(store)
    secret, _ = await at.second_factor(at.ada)
    sealed = await first_step(at, at.ada)
    at.clock.pass_(minutes=1)
    ended: list[bool] = []

    async def bring() -> None:
        try:
            await at.desk.finish_log_in()(sealed, at.code(secret))
            ended.append(True)
        except WrongCredentials:
            ended.append(False)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(bring)
    assert sorted(ended) == [False, False, True]


async def test_every_recovery_code_works_once_however_it_is_spelled(store: Store) -> None:
    at = await staffed(store)
    _, codes = await at.second_factor(at.ada)
    assert len(set(codes)) == 10
    sealed = await first_step(at, at.ada)
    spelled = [codes[0], codes[1].upper().replace("-", ""), f" {codes[2].replace('-', ' ')} "]
    for code in spelled:
        await at.desk.finish_log_in()(sealed, code)
        with pytest.raises(WrongCredentials):
            await at.desk.finish_log_in()(sealed, code)
    factor = await store.read(lambda view: view.second_factors.get(at.ada.id))
    assert factor is not None
    assert len(factor.recovery_hashes) == 7
    assert not any(code in repr(factor.recovery_hashes) for code in codes)


async def test_other_recovery_codes_take_the_place_of_the_old_ones(store: Store) -> None:
    at = await staffed(store)
    secret, codes = await at.second_factor(at.ada)
    at.clock.pass_(minutes=1)
    fresh = await at.desk.take_second_factor().renew_codes(at.ada, at.code(secret))
    sealed = await first_step(at, at.ada)
    with pytest.raises(WrongCredentials):
        await at.desk.finish_log_in()(sealed, codes[3])
    await at.desk.finish_log_in()(sealed, fresh[3])


async def test_wrong_codes_are_limited_even_many_at_once(store: Store) -> None:
    at = await staffed(store)
    secret, _ = await at.second_factor(at.ada)
    sealed = await first_step(at, at.ada)
    at.clock.pass_(minutes=1)
    wrong = "000000" if at.code(secret) != "000000" else "111111"
    ended: list[str] = []

    async def bring() -> None:
        try:
            await at.desk.finish_log_in()(sealed, wrong)
        except TooManyAttempts:
            ended.append("too many")
        except WrongCredentials:
            ended.append("wrong")

    async with anyio.create_task_group() as tasks:
        for _ in range(25):
            tasks.start_soon(bring)
    assert (ended.count("wrong"), ended.count("too many")) == (20, 5)
    with pytest.raises(TooManyAttempts):
        await at.desk.finish_log_in()(sealed, at.code(secret))
    at.clock.pass_(minutes=6)
    await at.desk.finish_log_in()(await first_step(at, at.ada), at.code(secret))


async def test_a_first_step_ends_and_ends_with_the_password_and_the_factor(store: Store) -> None:
    at = await staffed(store)
    secret, _ = await at.second_factor(at.ada)
    sealed = await first_step(at, at.ada)
    at.clock.pass_(minutes=10)
    with pytest.raises(WrongCredentials):
        await at.desk.finish_log_in()(sealed, at.code(secret))
    sealed = await first_step(at, at.ada)
    await at.desk.set_password()(at.home, at.ada.id, at.as_ada, "another password")
    with pytest.raises(WrongCredentials):
        await at.desk.finish_log_in()(sealed, at.code(secret))


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAABnonsense"])
async def test_what_is_no_first_step_is_none(store: Store, sealed: str) -> None:
    at = await staffed(store)
    with pytest.raises(WrongCredentials):
        await at.desk.finish_log_in()(sealed, "123456")
    other_seal = at.desk.vault().seal("a|credential|of|others")
    with pytest.raises(WrongCredentials):
        await at.desk.finish_log_in()(other_seal, "123456")


async def test_a_factor_that_was_never_confirmed_does_not_count(store: Store) -> None:
    at = await staffed(store)
    take = at.desk.take_second_factor()
    first = await take.begin(at.ada, "Acme")
    assert await take.begin(at.ada, "Acme") == first
    assert first.address.startswith("otpauth://totp/Acme:")
    with pytest.raises(WrongCredentials):
        await take.confirm(at.ada, "000000")
    await at.desk.log_in()(at.ada.email, PASSWORD, PLACE)
    await take.confirm(at.ada, at.code(first.secret))
    with pytest.raises(Conflict):
        await take.begin(at.ada, "Acme")


async def test_a_factor_goes_with_a_code_or_by_an_admin(store: Store) -> None:
    at, other = await staffed(store), await staffed(store)
    secret, codes = await at.second_factor(at.ada)
    remove = at.desk.remove_second_factor()
    with pytest.raises(WrongCredentials):
        await remove.own(at.ada, "000000")
    with pytest.raises(Conflict):
        await remove.of(at.home, at.ada.id, at.as_ada)
    await remove.own(at.ada, codes[0])
    token, _ = await at.desk.log_in()(at.ada.email, PASSWORD, PLACE)
    assert token
    ben = await at.colleague()
    await at.second_factor(ben)
    with pytest.raises(NotFound):
        await other.desk.remove_second_factor().of(other.home, ben.id, other.as_ada)
    await remove.of(at.home, ben.id, at.as_ada)
    await at.desk.log_in()(ben.email, PASSWORD, PLACE)
    assert (await at.types()).count("user.second_factor_removed") == 2
    assert secret


async def test_an_organization_may_demand_it_of_everybody(store: Store) -> None:
    at = await staffed(store)
    token, _ = await at.desk.log_in()(at.ada.email, PASSWORD, PLACE)
    await at.desk.change_people_settings()(at.home, at.as_ada, demands_second_factor=True)
    recognise = at.desk.recognise_session()
    with pytest.raises(SecondFactorDemanded):
        await recognise(token)
    assert (await recognise(token, setting_up=True)).id == at.ada.id
    await at.second_factor(at.ada)
    assert (await recognise(token)).id == at.ada.id


async def test_the_secret_is_sealed_and_told_to_nobody(store: Store) -> None:
    at = await staffed(store)
    new = await at.desk.take_second_factor().begin(at.ada, "Acme")
    factor = await store.read(lambda view: view.second_factors.get(at.ada.id))
    assert factor is not None
    assert new.secret not in factor.sealed_secret
    assert new.secret not in repr((new, factor))


@given(
    st.binary(min_size=16, max_size=16), st.sampled_from([str.upper, str.title, lambda s: s.replace("-", "")])
)
def test_a_recovery_code_is_known_again_in_any_spelling(chance: bytes, spelled: object) -> None:
    code, owner = recovery_code(chance), UserId(new_id())
    assert callable(spelled)
    assert is_recovery_code(spelled(code))
    assert recovery_hash(owner, spelled(code)) == recovery_hash(owner, code)
    assert recovery_hash(UserId(new_id()), code) != recovery_hash(owner, code)


@given(st.text(max_size=12))
def test_no_text_is_a_code_by_chance(text: str) -> None:
    codes = PyotpCodes()
    step = codes.step_of(SECRET, text, NOON)
    assert step is None or "".join(text.split()).isdigit()


@given(st.integers(-3, 3), st.integers(0, 29))
def test_a_code_belongs_to_its_own_time_step_and_its_neighbours(steps: int, seconds: int) -> None:
    moment = after(seconds / 60)
    code = pyotp.TOTP(SECRET).at(moment, counter_offset=steps)
    found = PyotpCodes().step_of(SECRET, code, moment)
    own = int(moment.timestamp()) // 30 + steps
    assert found == (own if abs(steps) <= 1 else None)
