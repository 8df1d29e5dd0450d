"""Organization.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from uuid import UUID

from attrs import frozen

from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class OrganizationView:
    """The organization that the key or the session belongs to."""

    id: UUID
    slug: str
    """Its mail address begins with it."""
    name: str
    language: str
    """ISO 639-1. The one that its people read and write in."""
    translates: bool
    """Whether anything here translates; without it, messages stay as they are."""


@frozen
class Organization:
    """Organization."""

    _calls: Calls

    async def read(self) -> OrganizationView:
        """Read what the organization is."""
        answered: OrganizationView = await self._calls.answer(OrganizationView, "GET", "/api/v1/organization")
        return answered

    async def change(
        self, *, language: str, if_match: str | None = None, idempotency_key: str | None = None
    ) -> OrganizationView:
        """Change the organization's own language.

        Messages that come from now on are translated into it; those that are here stay as they are.

        language: ISO 639-1.
        """
        answered: OrganizationView = await self._calls.answer(
            OrganizationView,
            "PATCH",
            "/api/v1/organization",
            body={"language": language},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered
