"""Arrangements: what an organization sets up for itself.

Teams, tags, macros, fields, views, policies, rules, endpoints: things that have a name, are few, change rarely, and
are read whole. Each kind is a subclass with fields of its own; what they have in common is here.
"""

import unicodedata
from datetime import datetime
from typing import ClassVar, TypeVar
from uuid import UUID

from attrs import frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import OrganizationId


@frozen(kw_only=True)
class Arrangement:
    """One thing that an organization has set up. Names are unique within organization and kind, whatever the case.

    `kind` is also the first word of its events (`team.created`). `most` is how many an organization can have; None: as
    many as it likes.
    """

    kind: ClassVar[str]
    most: ClassVar[int | None] = 1000

    id: UUID
    organization_id: OrganizationId
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1

    @property
    def public_key(self) -> str | None:
        """A name by which it is found whosever it is; None: it has none."""
        return None


A = TypeVar("A", bound=Arrangement)


def name_key(name: str) -> str:
    """The name as it is compared: trimmed, without case, compatible forms alike."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def check_name(name: str) -> str:
    """The name, trimmed, or InvalidValue for an empty one."""
    text = " ".join(name.split())
    if not name_key(text):
        raise InvalidValue("name", "must not be empty")
    return text
