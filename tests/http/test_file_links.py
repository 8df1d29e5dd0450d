"""Files go out over HTTP: by links that hold for an hour, for one file each."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters import factories
from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.settings import Settings
from helpdesk_core.attachments import FileLink
from helpdesk_core.ids import AttachmentId
from helpdesk_http.app import create_app
from tests.fakes.s3_server import s3_server
from tests.http.conftest import Office, an_office
from tests.http.sending_files import PDF, logged_in, path_of, upload


async def test_whoever_has_the_link_gets_the_file_and_cannot_run_it(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    sent = (await upload(acme.client)).json()
    answer = await visitor.get(path_of(sent["url"]))
    assert answer.status_code == 200
    assert answer.content == PDF
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == 'attachment; filename="document.pdf"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"].startswith("private")
    assert headers["content-length"] == str(len(PDF))


async def test_a_download_link_is_answered_as_the_specification_says(
    acme: Office, visitor: httpx2.AsyncClient
) -> None:
    sent = (await upload(acme.client)).json()
    async with logged_in(acme) as agent:
        answer = await agent.get(f"/api/attachments/{sent['id']}/download")
    assert answer.status_code == 200
    assert answer.json().keys() == {"url", "filename", "mimeType"}
    assert (answer.json()["filename"], answer.json()["mimeType"]) == ("document.pdf", "application/pdf")
    assert (await visitor.get(path_of(answer.json()["url"]))).content == PDF


async def test_a_link_opens_one_file_only(acme: Office, visitor: httpx2.AsyncClient) -> None:
    first = path_of((await upload(acme.client, b"one")).json()["url"])
    second = path_of((await upload(acme.client, b"two")).json()["url"])
    content, _, signature = first.partition(".")
    for path in (
        second.partition(".")[0] + "." + signature,
        content[:-1] + ("A" if content[-1] != "A" else "B") + "." + signature,
        first[:-1] + ("A" if first[-1] != "A" else "B"),
        first + "A",
        first[:-1],
        "/files/x",
        "/files/" + "x" * 5000,
        content,
    ):
        answer = await visitor.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert str(acme.id) not in answer.text


async def test_every_character_of_a_link_counts(acme: Office, visitor: httpx2.AsyncClient) -> None:
    path = path_of((await upload(acme.client, b"one")).json()["url"])
    for at in range(len("/files/"), len(path)):
        for other in "Aa0_":
            if path[at] != other:
                changed = path[:at] + other + path[at + 1 :]
                assert (await visitor.get(changed)).status_code == 404, changed


@pytest.mark.parametrize(("later", "status"), [(0, 200), (3599.9, 200), (3600, 404), (4000, 404)])
async def test_a_link_holds_for_an_hour_to_the_second(later: float, status: int) -> None:
    clock = Moving(system_clock())
    desk = in_memory(Settings(secret_key=("a key for tests",)))
    desk.clock.override(providers.Object(clock))
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        office = await an_office(desk, app, "acme")
        async with office.client as client:
            path = path_of((await upload(client, b"one")).json()["url"])
            clock.now += timedelta(seconds=later)
            assert (await client.get(path)).status_code == status


async def test_keys_can_be_rotated_while_links_are_out(acme: Office, desk: Container) -> None:
    old, new, stranger = ("the old key " * 4,), ("the new key " * 4,), ("another key " * 4,)
    link = FileLink(acme.id, AttachmentId(uuid4()), desk.clock()().replace(microsecond=0))
    before = links_under(*old).seal(link)
    assert links_under(*new, *old).open(before) == link
    assert links_under(*old, *new).open(links_under(*new, *old).seal(link)) == link
    assert links_under(*new).open(before) is None
    assert links_under(*stranger).open(before) is None


def links_under(*keys: str) -> Any:
    return in_memory(Settings(secret_key=keys)).file_links()


@pytest.mark.parametrize(
    ("wanted", "status", "content", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=5-999", 206, b"56789", "bytes 5-9/10"),
        ("bytes=-999", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=3-1", 200, b"0123456789", None),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("lines=0-1", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=x", 200, b"0123456789", None),
    ],
)
async def test_a_part_of_a_file_is_served(
    acme: Office, wanted: str, status: int, content: bytes | None, told: str | None
) -> None:
    path = path_of((await upload(acme.client, b"0123456789", "digits.txt")).json()["url"])
    answer = await acme.client.get(path, headers={"range": wanted})
    assert answer.status_code == status
    assert answer.headers.get("content-range") == told
    if content is not None:
        assert answer.content == content
        assert answer.headers["content-length"] == str(len(content))


async def test_a_file_that_is_known_is_not_sent_again(acme: Office) -> None:
    path = path_of((await upload(acme.client, b"0123456789")).json()["url"])
    tag = (await acme.client.get(path)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = await acme.client.get(path, headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await acme.client.get(path, headers={"if-none-match": '"x"'})).status_code == 200
    of_another = await acme.client.get(path, headers={"range": "bytes=0-1", "if-range": '"x"'})
    assert (of_another.status_code, of_another.content) == (200, b"0123456789")
    of_this = await acme.client.get(path, headers={"range": "bytes=0-1", "if-range": tag})
    assert (of_this.status_code, of_this.content) == (206, b"01")


async def test_a_head_tells_what_a_get_would_bring(acme: Office) -> None:
    path = path_of((await upload(acme.client)).json()["url"])
    whole, head = await acme.client.get(path), await acme.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    told = {name: value for name, value in whole.headers.items() if name != "x-request-id"}
    assert {name: value for name, value in head.headers.items() if name != "x-request-id"} == told


async def test_the_links_of_the_api_say_when_they_end(acme: Office) -> None:
    sent = (await upload(acme.client)).json()
    link = (await acme.client.get(f"/api/v1/attachments/{sent['id']}/download")).json()
    assert link.keys() == {"url", "filename", "content_type", "size", "expires_at"}
    assert (await acme.client.get(path_of(link["url"]))).content == PDF


async def test_the_object_storage_hands_the_file_out_itself() -> None:
    with s3_server() as address:
        httpx2.put(f"{address}/files").raise_for_status()
        url = f"s3://files/desk?endpoint={address}"
        settings = Settings(secret_key=("a key for tests",), storage_url=url)
        desk = in_memory(evolve(settings, aws_access_key_id="key", aws_secret_access_key="secret"))
        desk.blobs.override(providers.Singleton(factories.blobs, desk.settings, desk.clock))
        app = create_app(desk, jobs=False)
        async with app.router.lifespan_context(app):
            office = await an_office(desk, app, "acme")
            async with office.client as client:
                sent = (await upload(client, PDF, "счёт.pdf")).json()
                link = (await client.get(f"/api/attachments/{sent['id']}/download")).json()
        assert link["url"].startswith(f"{address}/files/desk/{office.id}/")
        assert "X-Amz-Expires=3600" in link["url"]
        for given in (sent["url"], link["url"]):
            answer = httpx2.get(given)
            assert answer.content == PDF
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.headers["content-disposition"].startswith("attachment; filename=")
            assert "%D1%81%D1%87%D1%91%D1%82.pdf" in answer.headers["content-disposition"]


class Moving:
    def __init__(self, now: Any) -> None:
        self.now = now

    def __call__(self) -> Any:
        return self.now
