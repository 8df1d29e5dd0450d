"""How a model is asked about other people's texts, and how its answer becomes fit to be shown."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from attrs import field, frozen

from helpdesk_adapters.ai.prompts import template
from helpdesk_core.knowledge.personal_data import redact
from helpdesk_core.ports.models import LanguageModel, ModelUnavailable, Prompt
from helpdesk_core.ports.offload import Offload
from helpdesk_core.suggestions.guarding import Guard, guarding
from helpdesk_core.suggestions.links import REMOVED
from helpdesk_core.suggestions.material import as_material
from helpdesk_core.suggestions.restoring import Restoring
from helpdesk_core.suggestions.suggestions import Usage
from helpdesk_core.visible import visible_whole

LONGEST_NAME: Final = 100


@frozen(kw_only=True)
class Request:
    """What a model is asked for.

    `task` names a template, `fills` what stands in its places; `sections` are other people's texts, each under a name
    of ours. `sources` are texts of ours, whose links may come out again; `said` those of the customer.
    """

    task: str
    fills: dict[str, str]
    sections: Sequence[tuple[str, str]] = field(repr=False)
    names: Sequence[str] = field(repr=False)
    sources: Sequence[str] = field(repr=False)
    said: Sequence[str] = field(repr=False)
    most_tokens: int
    temperature: float = 0.0
    whole: bool = False
    """As that of a Prompt."""


async def answers(
    model: LanguageModel, request: Request, *, redacts: bool, offload: Offload
) -> AsyncGenerator[str | Usage, None]:
    """The model's answer as it comes, fit to be shown: personal data held back on the way there is put back, and it has
    gone past the guard. Closing ends the model's work. Raises ModelUnavailable, also for an answer of which nothing can
    be shown.
    """
    # To search long texts for what is personal, and for links, takes some ten milliseconds: others have their turn.
    prepared = await offload(_prepared, request, redacts)
    usage, telling = None, False
    restoring, guard = prepared.restoring, prepared.guard
    pieces = model.write(prepared.prompt)
    async with _closed_after(pieces):
        async for piece in pieces:
            if isinstance(piece, Usage):
                usage = piece
            elif text := guard.feed(restoring.feed(piece)):
                telling = telling or _tells(text)
                yield text
    if text := guard.feed(restoring.close()) + guard.close():
        telling = telling or _tells(text)
        yield text
    if not telling:
        raise ModelUnavailable(f"The model {model.model} wrote nothing that can be shown.")
    if usage is not None:
        yield usage


@frozen
class _Prepared:
    """What is asked, and through what the answer goes."""

    prompt: Prompt
    restoring: Restoring
    guard: Guard


def _prepared(request: Request, redacts: bool) -> _Prepared:
    sections, found = _redacted(request) if redacts else (request.sections, {})
    material = as_material(sections)
    task = template(request.task).format(**request.fills, mark=material.mark)
    prompt = Prompt(
        task=task,
        material=material.text,
        most_tokens=request.most_tokens,
        temperature=request.temperature,
        whole=request.whole,
    )
    guard = guarding(request.sources, request.said, task, [material.mark])
    return _Prepared(prompt, Restoring(found), guard)


def _tells(text: str) -> bool:
    return any(map(str.isalnum, text.replace(REMOVED, "")))


def _redacted(request: Request) -> tuple[Sequence[tuple[str, str]], dict[str, str]]:
    """The sections without personal data, and what stood there; the same has the same placeholder in all of them."""
    found: dict[str, str] = {}
    sections = []
    for name, text in request.sections:
        redacted = redact(visible_whole(text), request.names, found)
        found = dict(redacted.found)
        sections.append((name, redacted.text))
    return sections, found


def one_of_ours(name: str) -> str:
    """A name that an admin has given, as a task can hold it: on one line, short, without braces or brackets."""
    kept = "".join(sign for sign in " ".join(name.split()) if sign.isprintable() and sign not in "{}[]<>|")
    return kept[:LONGEST_NAME].strip() or "a company"


def nothing_empty(sections: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The sections that say something."""
    return [(name, text) for name, text in sections if text.strip()]


@asynccontextmanager
async def _closed_after(pieces: AsyncIterator[str | Usage]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
