"""An embedder without a model: texts with the same words are near, and it is the same on every machine."""

from collections.abc import Sequence
from hashlib import blake2b
from math import sqrt
from struct import pack

import anyio
from attrs import define, field

from helpdesk_core.ports.models import Vector
from helpdesk_core.words import words_of

DIMENSIONS = 64


@define
class WordEmbedder:
    """Each word is a direction; a text is where its words lead together. `seen` are the passages it was asked for."""

    model: str = "words"
    dimensions: int = DIMENSIONS
    seen: list[str] = field(factory=list)
    failures: list[Exception] = field(factory=list)
    begun: anyio.Event | None = None
    """Is set when passages have come."""
    held: anyio.Event | None = None
    """Passages wait for it."""

    async def passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        if self.failures:
            raise self.failures.pop(0)
        self.seen += texts
        if self.begun is not None:
            self.begun.set()
        if self.held is not None:
            await self.held.wait()
        return [vector_of(text) for text in texts]

    async def query(self, text: str) -> Vector:
        return vector_of(text)


def vector_of(text: str) -> Vector:
    """Of length 1, also for a text without words."""
    counts = [0.0] * DIMENSIONS
    for word in words_of(text) or [""]:
        digest = blake2b(word.encode(), digest_size=4).digest()
        counts[int.from_bytes(digest, "little") % DIMENSIONS] += 1 if digest[3] & 1 else -1
    length = sqrt(sum(count * count for count in counts))
    if not length:
        counts[0] = length = 1.0
    return pack(f"<{DIMENSIONS}f", *(count / length for count in counts))
