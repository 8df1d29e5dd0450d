"""What tests of files send and ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.http.conftest import PASSWORD, Office, a_client

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + b"x" * 500
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 200


@asynccontextmanager
async def logged_in(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_client(office.app) as client:
        body = {"email": await office.user(), "password": PASSWORD}
        assert (await client.post("/api/auth/login", json=body)).status_code == 200
        yield client


async def upload(
    client: httpx2.AsyncClient, content: bytes = PDF, name: str = "document.pdf", **form: Any
) -> httpx2.Response:
    path = form.pop("path", "/api/upload")
    declared = form.pop("declared", "application/pdf")
    return await client.post(path, files={"file": (name, content, declared)}, data=form)


def path_of(url: str) -> str:
    return urlsplit(url).path
