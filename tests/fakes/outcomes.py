"""How a day of commerce has come out on a desk, and how it must: in whatever order it was heard, and however often."""

import re
from collections.abc import Mapping, Sequence

import attrs
from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.providers import REGISTRY
from helpdesk_core.use_cases.commerce.tell_record import PATIENCE
from helpdesk_core.webhooks import SETTLED
from tests.fakes.days import SECRETS, Day, Told
from tests.fakes.what_is_left import Became, Left, dead_jobs, keys_of_letters, left_of, states_of, tally
from tests.use_cases.conftest import Bench, a_bench


@frozen
class Outcome:
    """What is left, what became of every event, and what was written about: one each letter, however often sent."""

    left: Mapping[str, Left]
    states: Mapping[str, Became]
    letters: Sequence[tuple[str, str]]
    dead: Mapping[str, str | None]


async def outcome_of(desk: Container, letters: Sequence[str]) -> Outcome:
    """How it has come out, after letters that were written by these jobs."""
    keys = await keys_of_letters(desk)
    told = [(keys[letter][0], _matter(keys[letter][1])) for letter in letters]
    told = [(slug, matter) for slug, matter in told if not _LAST_CARD.fullmatch(matter)]
    return Outcome(await left_of(desk), await states_of(desk), told, await dead_jobs(desk))


async def heard_in_order(day: Day) -> Outcome:
    """Of a desk in memory that hears everything once, as it came about, and only then writes its letters."""
    bench = a_bench()
    await day.begin_on(bench.desk)
    for told in day.events:
        await hear(bench, told)
        bench.clock.pass_(milliseconds=1)
    return await ended(bench)


async def hear(bench: Bench, told: Told) -> None:
    """The event is delivered."""
    sent = told.signed("https://desk.example", bench.clock())
    webhooks = REGISTRY[told.provider].webhooks
    await bench.desk.receive_webhook()(webhooks, [SECRETS[told.provider]], sent)


async def ended(bench: Bench) -> Outcome:
    """How it has come out once everything is done."""
    await bench.run_jobs()
    bench.clock.pass_(seconds=PATIENCE.total_seconds())
    await bench.run_jobs()
    return await outcome_of(bench.desk, [key.removeprefix("notice/") for key, _ in bench.post.sent])


def must_agree(reached: Outcome, expected: Outcome) -> None:
    """Asserts that the one has come to the other, which was heard in order."""
    assert reached.dead == expected.dead == {}
    assert {state for state, _, _ in reached.states.values()} == SETTLED
    assert reached.states == expected.states
    for slug, left in expected.left.items():
        for name in attrs.fields_dict(Left):
            assert getattr(reached.left[slug], name) == getattr(left, name), f"{name} of {slug}"
    assert tally(reached.letters) == {}, "written about twice"
    # What was so for a time, a payment that had failed say, is written about only where it still is when that is heard.
    # Whatever is so at the end was written about, in any order.
    assert len(expected.letters) > 10
    assert set(expected.letters) <= set(reached.letters)


_LAST_CARD = re.compile(r"pm:.*:detached")
"""Whether a card was the last one depends on what else was heard by then."""


def _matter(key: str) -> str:
    """A payment of an invoice and the invoice are one matter: one letter of the two tells of it."""
    paid = re.sub(r"^pi:pi_(\d+x\d+):receipt$", r"inv:in_\1:paid", key)
    return re.sub(r"^pi:pi_(\d+x\d+):failed:ch_\1_(\d+)$", r"inv:in_\1:failed:\2", paid)
