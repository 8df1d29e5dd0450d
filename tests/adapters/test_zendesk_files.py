"""Files that Zendesk keeps: the token goes to the account's own host, and nowhere else."""

from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define

from helpdesk_adapters.imports.zendesk.files import ZendeskFiles
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import OpenAccount
from tests.fakes.authority import new_authority
from tests.fakes.http_server import Reply, Request, serving
from tests.fakes.zendesk_api import SUBDOMAIN, TOKEN, a_file

REFERENCE = a_file(1, "lid.png")["content_url"]
LIMIT = 1 << 20
OWN = "127.0.0.1"
"""In the place of the account's own host, as an operator may set it."""


@define
class Hosts:
    """Zendesk's hosts, all at one port; answers by host, and who was told the token."""

    port: int = 0
    answers: dict[str, Reply] = Factory(dict)
    told: list[tuple[str, str | None]] = Factory(list)
    files: ZendeskFiles | None = None

    def answer(self, request: Request) -> Reply:
        host = request.headers["host"].partition(":")[0]
        self.told.append((host, request.headers.get("authorization")))
        return self.answers[host]

    async def fetch(self, reference: str = REFERENCE, account: OpenAccount | None = None) -> bytes:
        assert self.files is not None
        known = account or OpenAccount("zendesk", SUBDOMAIN, {}, {"access_token": TOKEN})
        return (await self.files.fetch(reference, known, LIMIT)).content


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hosts]:
    authority = new_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))

    async def here(host: str, port: int) -> Sequence[Any]:
        return [ip_address("127.0.0.1")]

    http = OutgoingHttp((ip_network("127.0.0.0/8"),), resolve=here)
    hosts = Hosts()
    names = (OWN, "p18.zdusercontent.com", "elsewhere.example")
    with serving(hosts.answer, authority.server_context(*names)) as port:
        hosts.port = port
        hosts.files = ZendeskFiles(http, f"https://{OWN}:{port}")
        yield hosts
    await http.close()


def leading(to: str) -> Reply:
    return Reply(302, headers={"location": to})


async def test_storage_is_told_nothing_about_us(hosts: Hosts) -> None:
    there = f"https://p18.zdusercontent.com:{hosts.port}/attachment/1?token=x"
    hosts.answers = {
        OWN: leading(there),
        "p18.zdusercontent.com": Reply(200, b"a picture"),
    }
    assert await hosts.fetch() == b"a picture"
    assert hosts.told == [(OWN, f"Bearer {TOKEN}"), ("p18.zdusercontent.com", None)]


@pytest.mark.parametrize(
    "to",
    [
        "https://elsewhere.example:{port}/attachment/1",
        "https://zdusercontent.com.elsewhere.example/attachment/1",
        "http://p18.zdusercontent.com:{port}/attachment/1",
        "https://p18.zdusercontent.com@elsewhere.example/",
        "//elsewhere.example/attachment/1",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_to_anywhere_else_is_not_followed(hosts: Hosts, to: str) -> None:
    hosts.answers = {OWN: leading(to.format(port=hosts.port))}
    with pytest.raises(GiveUp):
        await hosts.fetch()
    assert len(hosts.told) == 1


@pytest.mark.parametrize(
    "reply", [leading("/access/unauthenticated?return_to=x"), Reply(401), Reply(403), Reply(503)]
)
async def test_where_a_log_in_is_wanted_it_is_tried_again(hosts: Hosts, reply: Reply) -> None:
    hosts.answers = {OWN: reply}
    with pytest.raises(TryLater):
        await hosts.fetch()


async def test_a_file_that_is_larger_than_it_said_is_not_kept(hosts: Hosts) -> None:
    hosts.answers = {OWN: Reply(200, bytes(LIMIT + 1))}
    with pytest.raises(GiveUp, match="sent more than"):
        await hosts.fetch()


@pytest.mark.parametrize(
    "reference",
    [
        "https://elsewhere.example/attachments/token/x/",
        f"https://{SUBDOMAIN}.zendesk.com.elsewhere.example/attachments/token/x/",
        f"https://elsewhere.example/{SUBDOMAIN}.zendesk.com/attachments/token/x/",
        f"http://{SUBDOMAIN}.zendesk.com/attachments/token/x/",
        f"https://{SUBDOMAIN}.zendesk.com/api/v2/users.json",
        f"https://{SUBDOMAIN}.zendesk.com/attachments/../api/v2/users.json",
        f"https://{SUBDOMAIN}.zendesk.com/attachments/token/%2E%2e/%2e./api/v2/users.json",
        f"https://{SUBDOMAIN}.zendesk.com/attachments/..%2fapi/v2/users.json",
        f"https://{SUBDOMAIN}.zendesk.com/attachments/..\\api/v2/users.json",
        f"https://{SUBDOMAIN}.zendesk.com@elsewhere.example/attachments/token/x/",
        "/attachments/token/x/",
        "",
    ],
)
async def test_what_is_no_file_of_zendesks_is_not_called(hosts: Hosts, reference: str) -> None:
    with pytest.raises(GiveUp, match="not at Zendesk"):
        await hosts.fetch(reference)
    assert hosts.told == []


async def test_without_an_account_nothing_is_called(hosts: Hosts) -> None:
    assert hosts.files is not None
    with pytest.raises(TryLater, match="not connected"):
        await hosts.files.fetch(REFERENCE, None, LIMIT)
    assert hosts.told == []
