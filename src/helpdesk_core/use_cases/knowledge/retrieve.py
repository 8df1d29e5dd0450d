"""What is known about a question is found."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from attrs import frozen

from helpdesk_core.ids import OrganizationId, PassageId
from helpdesk_core.knowledge.passages import Found, SourceKind
from helpdesk_core.knowledge.retrieval import answering, fused, gist, rarity, telling_words
from helpdesk_core.ports.models import Embedder, ModelUnavailable, Vector
from helpdesk_core.ports.store import Store, View

LOOKED_AT: Final = 20
"""Passages by each way that are compared."""


@frozen
class RetrievePassages:
    """Finds passages by their words and, where there is an embedder, by their meaning. A model that cannot be loaded
    is like none.
    """

    store: Store
    embedder: Embedder | None

    async def __call__(
        self,
        organization_id: OrganizationId,
        question: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[Found]:
        """At most so many, the best first, whether or not they answer."""
        words = telling_words(question)
        vector = await self._vector(question)
        model = self.embedder.model if self.embedder else ""
        found = await self.store.read(partial(_found, organization_id, words, vector, model, source))
        return found[:most]

    async def _vector(self, question: str) -> Vector | None:
        told = gist(question)
        if self.embedder is None or not told:
            return None
        try:
            return await self.embedder.query(told)
        except ModelUnavailable:
            return None


@frozen
class RetrieveAnswers:
    """Finds passages that answer a question: nothing where none does. `wanted`: of these, which are of use."""

    retrieve: RetrievePassages
    wanted: Callable[[Found], bool] = lambda one: True

    async def __call__(
        self,
        organization_id: OrganizationId,
        question: str,
        most: int,
        source: SourceKind | None = None,
    ) -> Sequence[Found]:
        """At most so many, the best first."""
        found = await self.retrieve(organization_id, question, most, source)
        return [one for one in answering(found) if self.wanted(one)]


async def _found(
    organization_id: OrganizationId,
    words: Sequence[str],
    vector: Vector | None,
    model: str,
    source: SourceKind | None,
    view: View,
) -> Sequence[Found]:
    near: Mapping[PassageId, float] = {}
    if vector is not None:
        near = dict(await view.passages.nearest(organization_id, vector, model, LOOKED_AT, source))
    matching = await view.passages.matching(organization_id, words, LOOKED_AT, source) if words else ()
    ids = dict.fromkeys((*near, *(id for id, _ in matching)))
    known = await view.passages.many(organization_id, list(ids))
    commonness = await view.passages.commonness(organization_id, words)
    rarities = {word: rarity(commonness.get(word, 0)) for word in words}
    return fused(known.values(), near, [id for id, _ in matching], rarities)
