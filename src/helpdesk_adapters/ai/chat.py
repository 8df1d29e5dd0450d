"""Any model behind a server that speaks OpenAI's chat completions (platform.openai.com/docs/api-reference/chat):
OpenAI's own, Ollama, vLLM, llama.cpp, and many more.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

import anyio
from attrs import field, frozen

from helpdesk_adapters.ai.chunks import DONE, Chunk, Complaint, read_chunk, read_complaint
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.web import OutgoingHttp, asked_pause
from helpdesk_adapters.web.streams import Streamed
from helpdesk_core.charsets import storable
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.models import ModelUnavailable, Prompt
from helpdesk_core.suggestions.suggestions import Usage

ATTEMPTS: Final = 3
FIRST_PAUSE: Final = 0.5
MOST_BYTES: Final = 8 * 1024 * 1024
"""Of one answer, with all that is told around its text."""
LETTERS_A_TOKEN: Final = 16
"""More than any text has: a server that goes on beyond this does not count."""
AFTERWARDS: Final = 3.0
"""Seconds in which the count of tokens must follow an answer."""


@frozen(kw_only=True)
class Patience:
    """Seconds: until the first token, all attempts together; from one to the next; and in all."""

    first: float = 60.0
    between: float = 20.0
    whole: float = 300.0


@frozen(kw_only=True)
class Prices:
    """Of a million tokens, in any one currency."""

    prompt: Decimal
    completion: Decimal

    def cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """Of so many tokens, exactly."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1_000_000


@frozen
class ChatModel:
    """A LanguageModel. Nothing is sent twice once a word has come, and its errors hold neither the key nor a word of
    what was asked.
    """

    http: OutgoingHttp
    base: str
    model: str
    key: str | None = field(default=None, repr=False)
    prices: Prices | None = None
    patience: Patience = Patience()
    spent: Callable[[str, Usage], None] = field(default=lambda model, usage: None, repr=False)
    """Is told what each answer has used."""
    _declined: set[str] = field(factory=set, init=False, repr=False)
    """Names of options that this server has said it does not take."""

    async def write(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """As LanguageModel says. Tried again only before the first piece, after the pause that the server asks for."""
        deadline = anyio.current_time() + self.patience.first
        attempt, pause = 1, FIRST_PAUSE
        while True:
            begun = False
            try:
                async with aclosing(self._asked(prompt, deadline)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except _Declined as declined:
                self._declined.add(declined.option)
                continue
            except _NotNow as trouble:
                pause = FIRST_PAUSE * 2 ** (attempt - 1) if trouble.pause is None else trouble.pause
                late = anyio.current_time() + pause >= deadline
                if begun or late or attempt == ATTEMPTS:
                    raise ModelUnavailable(str(trouble)) from None
            attempt += 1
            await anyio.sleep(pause)

    async def _asked(self, prompt: Prompt, deadline: float) -> AsyncGenerator[str | Usage, None]:
        """One request and its answer."""
        try:
            async with AsyncExitStack() as stack:
                with anyio.fail_at(deadline):
                    answer = await stack.enter_async_context(
                        self.http.stream(
                            f"{self.base.rstrip('/')}/chat/completions",
                            {"authorization": f"Bearer {self.key}"} if self.key else {},
                            json=self._body(prompt),
                            silent=max(self.patience.first, self.patience.between),
                        )
                    )
                    whole = None if _streams(answer) else await self._at_once(answer)
                pieces = self._streamed(answer, deadline) if whole is None else _one(whole)
                async with aclosing(pieces), aclosing(self._told(pieces, prompt)) as told:
                    async for piece in told:
                        yield piece
        except TimeoutError:
            raise ModelUnavailable(f"{self._who} has not begun to answer in time.") from None
        except TryLater as error:
            raise _NotNow(f"{self._who} does not answer. {error}", _seconds(error)) from None
        except GiveUp as error:
            raise ModelUnavailable(f"{self._who} cannot be asked. {error}") from None

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        length = "max_completion_tokens" if "max_tokens" in self._declined else "max_tokens"
        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": prompt.task},
                {"role": "user", "content": prompt.material},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": prompt.temperature,
            length: prompt.most_tokens,
        }
        return {name: value for name, value in body.items() if name not in self._declined}

    async def _at_once(self, answer: Streamed) -> Chunk:
        """An answer that is no stream: a whole one, or what is wrong."""
        body = await answer.body()
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, read_complaint(body))
        chunk = read_chunk(body)
        if chunk is None:
            raise ModelUnavailable(f"{self._who} answered with something that is no model's answer.")
        return chunk

    def _refusal(self, answer: Streamed, complaint: Complaint) -> Exception:
        """What a status that is no success means."""
        status = answer.status
        if status in (400, 422):
            for option in ("stream_options", "temperature", "max_tokens"):
                if option in complaint.text and option not in self._declined:
                    return _Declined(option)
        if status in (408, 425, 429) or status >= 500:
            pause = _pause(answer)
            return _NotNow(f"{self._who} is busy: it answered {status}{self._word(complaint)}.", pause)
        if status in (401, 403):
            return ModelUnavailable(f"{self._who} refuses the desk's key (it answered {status}).")
        if status == 404:
            return ModelUnavailable(f"{self._who} does not know the model or the address (it answered 404).")
        return ModelUnavailable(f"{self._who} answered {status}{self._word(complaint)}.")

    async def _streamed(self, answer: Streamed, deadline: float) -> AsyncGenerator[Chunk, None]:
        """The pieces as they come; each in time. What breaks after the end is no matter."""
        last = anyio.current_time() + self.patience.whole
        left, begun, ended = MOST_BYTES, False, False
        async with aclosing(answer.events()) as events:
            while True:
                try:
                    with anyio.fail_at(min(last, self._due(begun, ended, deadline))):
                        data = await anext(events, None)
                except (TimeoutError, TryLater) as error:
                    if ended:
                        return
                    if begun and isinstance(error, TimeoutError):
                        raise ModelUnavailable(
                            f"{self._who} has stopped in the middle of its answer."
                        ) from None
                    raise
                if data is None:
                    return
                if data == DONE:
                    yield Chunk(ended="stop")
                    return
                left -= len(data)
                chunk = read_chunk(data)
                if chunk is None or left < 0:
                    raise ModelUnavailable(f"{self._who} answers with what cannot be read.")
                begun = begun or bool(chunk.text) or chunk.thinking
                ended = ended or chunk.ended is not None
                yield chunk

    def _due(self, begun: bool, ended: bool, deadline: float) -> float:
        """When the next piece must be there. After the end only the count of tokens can come."""
        if ended:
            return anyio.current_time() + AFTERWARDS
        return anyio.current_time() + self.patience.between if begun else deadline

    async def _told(
        self, chunks: AsyncGenerator[Chunk, None], prompt: Prompt
    ) -> AsyncGenerator[str | Usage, None]:
        """The text of the pieces, and at the end what was counted. An answer that is none is an error."""
        held, letters = "", 0
        ended: str | None = None
        counted: tuple[int, int] | None = None
        async for chunk in chunks:
            if chunk.complaint is not None:
                raise self._complained(chunk.complaint)
            counted, ended = chunk.counted or counted, ended or chunk.ended
            # An emoji may come in two halves of a surrogate pair.
            text, held = _without_half(held + chunk.text)
            if text := storable(text):
                letters += len(text)
                yield text
            if letters > prompt.most_tokens * LETTERS_A_TOKEN:
                ended = "length"
                break
        if ended == "content_filter":
            raise ModelUnavailable(f"{self._who} declines to answer this.")
        if ended == "length" and prompt.whole:
            raise ModelUnavailable("The model's answer would be too long, and was cut off.")
        if ended is None:
            raise _NotNow(f"{self._who} broke off before the end of its answer.")
        if not letters:
            raise ModelUnavailable(f"{self._who} answered with nothing.")
        if counted is not None:
            usage = Usage(*counted, self.prices.cost(*counted) if self.prices else None)
            self.spent(self.model, usage)
            yield usage

    def _complained(self, complaint: Complaint) -> Exception:
        message = f"{self._who} reports an error{self._word(complaint)}."
        return _NotNow(message) if complaint.passing else ModelUnavailable(message)

    def _word(self, complaint: Complaint) -> str:
        code = complaint.code
        return f" ({code})" if code and not (self.key and self.key in code) else ""

    @property
    def _who(self) -> str:
        return f"The model at {urlsplit(self.base).hostname}"


class _NotNow(Exception):
    """It may work when it is tried again, after `pause` seconds where the server asks for them."""

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


class _Declined(Exception):
    """The server does not take an option."""

    def __init__(self, option: str) -> None:
        super().__init__(option)
        self.option = option


def _streams(answer: Streamed) -> bool:
    return 200 <= answer.status < 300 and answer.media_type == "text/event-stream"


async def _one(chunk: Chunk) -> AsyncGenerator[Chunk, None]:
    yield Chunk(chunk.text, False, chunk.ended or "stop", chunk.counted, chunk.complaint)


def _pause(answer: Streamed) -> float | None:
    pause = asked_pause(answer.headers, system_clock())
    return pause.total_seconds() if pause is not None else None


def _seconds(error: TryLater) -> float | None:
    return error.after.total_seconds() if error.after is not None else None


def _without_half(text: str) -> tuple[str, str]:
    """The text, and apart from it the first half of a surrogate pair that it ends with."""
    return (text[:-1], text[-1]) if "\ud800" <= text[-1:] <= "\udbff" else (text, "")
