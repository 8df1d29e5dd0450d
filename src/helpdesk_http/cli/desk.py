"""The desk as a command sees it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from helpdesk_adapters.container import Container
    from helpdesk_adapters.settings import Settings
    from helpdesk_core.ids import OrganizationId
    from helpdesk_core.organizations import Organization
    from helpdesk_core.paging import Page, Slice
    from helpdesk_core.ports.store import View

T = TypeVar("T")


def container(settings: "Settings | None" = None) -> "Container":
    """The desk of these settings, or of the environment's, with its log lines on standard error. Opens nothing."""
    from helpdesk_adapters.container import Container
    from helpdesk_adapters.settings import read_settings

    desk = Container(settings=settings or read_settings())
    desk.configure_logs()
    return desk


def run(work: Callable[["Container"], Awaitable[T]]) -> T:
    """Opens the desk of the environment without its jobs, does one thing with it, and closes it.

    A store that does not exist yet is made. One whose migrations are due is refused (StoreUnavailable, which names the
    command): bringing it up to date is the operator's decision.
    """
    import anyio

    desk = container()

    async def opened() -> T:
        await desk.migrations().create()
        async with desk.desk().opened():
            return await work(desk)

    return anyio.run(opened)


async def organization_id(desk: "Container", slug: str) -> "OrganizationId":
    """The id of the organization with this slug, or NotFound."""
    from helpdesk_core.use_cases.people.manage_people import organization_of

    return (await desk.store().read(lambda view: organization_of(slug, view))).id


async def organizations(desk: "Container", slug: str | None = None) -> Sequence["Organization"]:
    """All of them, or the one with this slug (else NotFound)."""
    from helpdesk_core.use_cases.people.manage_people import organization_of

    if slug is None:
        return await desk.store().read(lambda view: view.organizations.all())
    return [await desk.store().read(lambda view: organization_of(slug, view))]


async def newest(
    desk: "Container", read: Callable[["View", "Page"], Awaitable["Slice[T]"]], sort: str, limit: int
) -> Sequence[T]:
    """The first `limit` rows of a list, however many pages they take."""
    from helpdesk_core.paging import MAX_LIMIT, Page

    async def one_page(view: "View") -> "Slice[T]":
        return await read(view, page)

    rows: list[T] = []
    page = Page(min(MAX_LIMIT, limit), sort)
    while True:
        found = await desk.store().read(one_page)
        rows += found.items
        if found.next is None or len(rows) >= limit:
            return rows
        page = Page(min(MAX_LIMIT, limit - len(rows)), sort, found.next)
