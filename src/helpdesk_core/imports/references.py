"""References: which thing of a source is which of ours, so that what is brought again is found again.

A reference outlives what it leads to: what was deleted here stays deleted, however often it is brought.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from attrs import Factory, evolve, frozen

from helpdesk_core.ids import OrganizationId

MESSAGE = "messages"
"""The kind of what is said on tickets, which are brought with them."""
AWAITED: Final = "/awaited"
"""What ends the kind of references to what was not brought yet, but for which something waits."""
ERASED: Final = "erased:"
"""How the id begins by which somebody is known who was erased: nothing of it leads to whom it was."""


@frozen
class Reference:
    """A thing of `account` at `source`, by its kind and its id there, and what it is here.

    `digest` is of what was brought last, so that what has not changed is passed over; `version` is the source's own.
    `made` tells, by field, a fingerprint of what the last import made of it here: what differs now was changed by
    somebody here, and stays as it is.
    """

    organization_id: OrganizationId
    source: str
    account: str
    kind: str
    external_id: str
    our_id: UUID
    digest: str = ""
    version: str = ""
    made: Mapping[str, str] = Factory(dict)

    @property
    def erased(self) -> bool:
        """Whether it is of somebody who was erased here, and is not to be brought again."""
        return self.external_id.startswith(ERASED)

    @property
    def awaited(self) -> bool:
        """Whether it only says that something waits for this thing."""
        return self.kind.endswith(AWAITED)


def fingerprint(value: Any) -> str:
    """The same for equal values; 8 hexadecimal digits, '' for nothing at all (None, False, '', nothing in it)."""
    if (
        value is None
        or value is False
        or value == ""
        or (isinstance(value, tuple | list | dict) and not value)
    ):
        return ""
    told = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def follows(known: Reference, field: str, value: Any) -> bool:
    """Whether the field still is what an import made of it: then it follows the source, else it is ours."""
    return fingerprint(value) == known.made.get(field, "")


def erased_id(source: str, account: str, external_id: str) -> str:
    """By what somebody is known who was erased."""
    told = f"{source}\0{account}\0{external_id}"
    return ERASED + sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def without_name(reference: Reference) -> Reference:
    """What is kept of the reference to somebody who was erased, so that they are not brought again."""
    if reference.erased:
        return reference
    known_by = erased_id(reference.source, reference.account, reference.external_id)
    return evolve(reference, external_id=known_by, digest="", version="", made={})
