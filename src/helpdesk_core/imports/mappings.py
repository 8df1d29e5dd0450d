"""Mappings: what an organization has set for the words of a source, before it brings anything."""

from collections.abc import Mapping
from typing import ClassVar, Final, TypeVar

from attrs import Factory, frozen

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.errors import InvalidValue
from helpdesk_core.imports.translation import Translation
from helpdesk_core.tickets import Priority, Status

T = TypeVar("T")

MOST_WORDS: Final = 500
"""Statuses, priorities or fields of one mapping."""
LONGEST_WORD: Final = 200


@frozen(kw_only=True)
class ImportMapping(Arrangement):
    """How the words of a source become ours; its name is the source's. There is one for each source at most."""

    kind: ClassVar[str] = "import_mapping"

    statuses: Mapping[str, Status] = Factory(dict)
    priorities: Mapping[str, Priority] = Factory(dict)
    fields: Mapping[str, str] = Factory(dict)

    @property
    def translation(self) -> Translation:
        return Translation(self.statuses, self.priorities, self.fields)


def checked_translation(translation: Translation) -> Translation:
    """The translation with its words as they are compared; InvalidValue for words that nobody can have meant."""
    return Translation(
        statuses=_words("statuses", translation.statuses),
        priorities=_words("priorities", translation.priorities),
        fields={one.strip(): _key(key, one) for one, key in _checked("fields", translation.fields).items()},
    )


def _words(path: str, words: Mapping[str, T]) -> dict[str, T]:
    return {word.strip().lower(): value for word, value in _checked(path, words).items()}


def _checked(path: str, words: Mapping[str, T]) -> Mapping[str, T]:
    if len(words) > MOST_WORDS:
        raise InvalidValue(path, f"has {len(words)} words, but can have {MOST_WORDS}")
    for word in words:
        if not word.strip() or len(word) > LONGEST_WORD or "\0" in word:
            raise InvalidValue(path, f"must have words of 1 to {LONGEST_WORD} characters")
    return words


def _key(key: str, field: str) -> str:
    if len(key) > LONGEST_WORD or "\0" in key:
        raise InvalidValue(f"fields.{field}", f"must have at most {LONGEST_WORD} characters")
    return key.strip()
