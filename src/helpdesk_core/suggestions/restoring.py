"""Personal data that was held back comes back into what a model says, wherever its pieces are cut."""

import re
from collections.abc import Mapping
from typing import Final

from attrs import define

from helpdesk_core.knowledge.personal_data import Personal
from helpdesk_core.suggestions.sieves import Sieve, Step

LONGEST_PLACEHOLDER: Final = 24
_KINDS = "|".join(Personal)
_PLACEHOLDER = re.compile(rf"\[\s?(?P<kind>{_KINDS})[\s_-]?(?P<number>\d{{1,9}})\s?\]", re.IGNORECASE)


@define
class Restoring(Sieve):
    """Puts in the place of each placeholder what `found` says stood there; one that is not known stays.

    Models do not always copy exactly: `[Name 1]` and `[NAME_1]` are `[name 1]`.
    """

    found: Mapping[str, str]

    def step(self, text: str, at: int, final: bool) -> Step | None:
        if text[at] != "[":
            end = text.find("[", at)
            end = end if end >= 0 else len(text)
            return Step(text[at:end], end)
        placeholder = _PLACEHOLDER.match(text, at)
        if placeholder is not None:
            name = f"[{placeholder['kind'].lower()} {int(placeholder['number'])}]"
            return Step(self.found.get(name, placeholder[0]), placeholder.end())
        open_still = "]" not in text[at:] and len(text) - at < LONGEST_PLACEHOLDER
        return None if open_still and not final else Step("[", at + 1)
