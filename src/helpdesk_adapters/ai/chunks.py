"""What servers of chat completions say, piece by piece (platform.openai.com/docs/api-reference/chat-streaming).

Lenient: what is missing or of another type counts as not told. What they say in prose is never passed on, for it may
quote the request and the key that came with it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

DONE: Final = "[DONE]"
MOST_COUNTED: Final = 1_000_000_000


@frozen
class Complaint:
    """An error that a server tells. `code` is a word of theirs, such as `model_not_found`, or nothing."""

    code: str
    passing: bool
    """Whether it may be over soon."""
    text: str
    """Their prose: to be searched, not to be shown."""


@frozen
class Chunk:
    """One piece of an answer."""

    text: str = ""
    thinking: bool = False
    """Whether the model is thinking aloud, which is no answer, but a sign of life."""
    ended: str | None = None
    """Why the answer ends here: `stop`, `length`, `content_filter`…"""
    counted: tuple[int, int] | None = None
    """Tokens of the prompt and of the answer."""
    complaint: Complaint | None = None


def read_chunk(data: str | bytes) -> Chunk | None:
    """What a piece says, or a whole answer that comes at once; None where it is no JSON object."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    complaint = _complaint(told)
    if complaint is not None:
        return Chunk(complaint=complaint)
    choice = _first(told.get("choices"))
    said = _mapping(choice.get("delta")) or _mapping(choice.get("message"))
    ended = choice.get("finish_reason")
    return Chunk(
        text=_text(said.get("content")),
        thinking=any(_text(said.get(name)) for name in ("reasoning_content", "reasoning", "thinking")),
        ended=ended if isinstance(ended, str) and ended else None,
        counted=_counted(told.get("usage")),
    )


def read_complaint(body: bytes) -> Complaint:
    """What the body of an answer that is no success says."""
    chunk = read_chunk(body)
    if chunk is not None and chunk.complaint is not None:
        return chunk.complaint
    return Complaint("", False, body[:2_000].decode("utf-8", "replace"))


_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_ .]{1,40}")
_PASSING = re.compile(
    r"overload|rate.?limit|too.?many|unavailable|server.?error|timeout|try.?again", re.IGNORECASE
)


def _complaint(told: Mapping[str, Any]) -> Complaint | None:
    """`{"error": {…}}` as OpenAI tells it, `{"error": "…"}` and `{"object": "error"}` as others do."""
    error = told.get("error")
    if told.get("object") == "error":
        error = told
    if not error:
        return None
    if not isinstance(error, dict):
        text = str(error)[:2_000]
        return Complaint("", _PASSING.search(text) is not None, text)
    words = [error.get("code"), error.get("type")]
    code = next((word for word in words if isinstance(word, str) and _CODE.fullmatch(word)), "")
    status = next((word for word in words if type(word) is int), 0)
    text = f"{error.get('param')} {error.get('message')}"[:2_000]
    passing = status == 429 or status >= 500 or _PASSING.search(f"{words}") is not None
    return Complaint(code, passing, text)


def _first(choices: object) -> Mapping[str, Any]:
    return _mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(content: object) -> str:
    """Text, or the texts of a list of parts, as some servers send them."""
    if isinstance(content, list):
        return "".join(_text(_mapping(part).get("text")) for part in content)
    return content if isinstance(content, str) else ""


def _counted(usage: object) -> tuple[int, int] | None:
    counts = [_mapping(usage).get(name) for name in ("prompt_tokens", "completion_tokens")]
    first, second = (count if type(count) is int and 0 <= count <= MOST_COUNTED else None for count in counts)
    return None if first is None and second is None else (first or 0, second or 0)
