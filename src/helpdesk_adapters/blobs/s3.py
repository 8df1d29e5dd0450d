"""Files in a bucket of S3, or of anything that speaks its protocol: `<prefix>/<organization>/<xx>/<digest>`."""

from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import obstore
from anyio import CapacityLimiter, create_task_group, to_thread
from attrs import field, frozen
from obstore.exceptions import BaseError
from obstore.store import S3Store

from helpdesk_adapters.blobs.pieces import PIECE, checked
from helpdesk_adapters.blobs.presigned import Credentials, presigned_get
from helpdesk_core.attachments import content_disposition
from helpdesk_core.errors import NotFound, StoreUnavailable
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.clock import Clock

PART = 5 << 20
"""The smallest part that S3 takes of a file in several: so much of one is in memory on its way."""
AT_ONCE = 4
"""Files of one message that are on their way at the same time."""
ATTRIBUTES = {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment"}
"""Of every file, for whoever should come to it without a link."""


@frozen
class Bucket:
    """Where the files are: `s3://name/prefix?endpoint=…&region=…`; the endpoint is Amazon's own unless one is given."""

    name: str
    prefix: str = ""
    region: str = "us-east-1"
    endpoint: str | None = None

    @property
    def in_host(self) -> bool:
        """Whether the bucket's name stands in the host's, as Amazon wants it, and not in the path."""
        return self.endpoint is None and "." not in self.name

    def address_of(self, key: str) -> str:
        path = quote(f"{self.prefix}/{key}" if self.prefix else key, safe="/-_.~")
        if self.in_host:
            return f"https://{self.name}.s3.{self.region}.amazonaws.com/{path}"
        return f"{self.endpoint or f'https://s3.{self.region}.amazonaws.com'}/{self.name}/{path}"


def bucket_of(url: str, region: str | None, endpoint: str | None) -> Bucket:
    """The bucket that the text names; region and endpoint are for one that names none. ValueError says why not."""
    place = urlsplit(url)
    given = parse_qs(place.query, keep_blank_values=True)
    if unknown := given.keys() - {"endpoint", "region"}:
        raise ValueError(f"takes endpoint and region, not {', '.join(sorted(unknown))}")
    if not place.netloc or "@" in place.netloc or ":" in place.netloc:
        raise ValueError("must be s3://bucket/prefix; credentials come from AWS_ACCESS_KEY_ID and its like")
    address = given.get("endpoint", [endpoint or ""])[-1].rstrip("/") or None
    if address is not None and urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("must give its endpoint as a URL, such as endpoint=https://s3.example.com")
    where = given.get("region", [region or ""])[-1] or "us-east-1"
    return Bucket(place.netloc, unquote(place.path).strip("/"), where, address)


@frozen
class S3Blobs:
    """Blobs in a bucket. The digest is known only at the end, so a file waits on the local disk until it is whole.

    A put and a removal of the same content that meet within the one request that looks at its age can lose it: the
    protocol cannot remove what has not changed since. An unfinished transfer is kept by the bucket until its own rules
    for incomplete uploads remove it.
    """

    bucket: Bucket
    clock: Clock
    credentials: Credentials | None
    """What links are signed with; without them there are none, and the machine's own role is asked for the rest."""
    _store: S3Store = field(init=False, repr=False)

    @_store.default
    def _opened(self) -> S3Store:
        config: dict[str, Any] = {
            "region": self.bucket.region,
            "virtual_hosted_style_request": self.bucket.in_host,
        }
        if self.bucket.endpoint is not None:
            config["endpoint"] = self.bucket.endpoint
        if self.credentials is not None:
            config["access_key_id"] = self.credentials.key_id
            config["secret_access_key"] = self.credentials.secret
            if self.credentials.token:
                config["token"] = self.credentials.token
        return S3Store(
            self.bucket.name,
            prefix=self.bucket.prefix or None,
            client_options={
                "allow_http": (self.bucket.endpoint or "").startswith("http://"),
                "connect_timeout": "5s",
                "timeout": "60s",
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
            **config,
        )

    async def check(self) -> None:
        """Asks whether the bucket is there; StoreUnavailable says in one line what is wrong."""
        try:
            async for _ in obstore.list(self._store, "0", chunk_size=1):
                break
        except (BaseError, OSError) as error:
            told = _first_line(error)
            raise StoreUnavailable(
                f"The bucket {self.bucket.name} of HELPDESK_STORAGE_URL cannot be used: {told}"
            ) from error

    async def put(self, organization_id: OrganizationId, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        with _answered(digest):
            await obstore.put_async(
                self._store, _key(organization_id, digest), content, attributes=ATTRIBUTES
            )
        return digest

    async def put_all(self, organization_id: OrganizationId, contents: Sequence[bytes]) -> Sequence[str]:
        digests: dict[int, str] = {}
        few = CapacityLimiter(AT_ONCE)

        async def put(place: int, content: bytes) -> None:
            async with few:
                digests[place] = await self.put(organization_id, content)

        try:
            async with create_task_group() as puts:
                for place, content in enumerate(contents):
                    puts.start_soon(put, place, content)
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [digests[place] for place in range(len(contents))]

    async def put_stream(
        self, organization_id: OrganizationId, chunks: AsyncIterable[bytes]
    ) -> tuple[str, int]:
        hash_, size = sha256(), 0
        with TemporaryFile() as file:
            async for chunk in chunks:
                hash_.update(chunk)
                size += len(chunk)
                await to_thread.run_sync(file.write, chunk)
            digest = hash_.hexdigest()
            await to_thread.run_sync(file.seek, 0)
            with _answered(digest):
                await obstore.put_async(
                    self._store,
                    _key(organization_id, digest),
                    _pieces(file),
                    attributes=ATTRIBUTES,
                    chunk_size=PART,
                    max_concurrency=1,
                )
        return digest, size

    async def get(self, organization_id: OrganizationId, digest: str) -> bytes:
        with _answered(digest):
            found = await obstore.get_async(self._store, _key(organization_id, digest))
            return bytes(await found.bytes_async())

    async def stream(
        self, organization_id: OrganizationId, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        key = _key(organization_id, digest)
        if stop is not None and stop <= start:
            return _nothing()
        options: obstore.GetOptions = {}
        if stop is not None:
            options["range"] = (start, stop)
        elif start:
            options["range"] = {"offset": start}
        with _answered(digest):
            found = await obstore.get_async(self._store, key, options=options)
        return _received(found, digest)

    async def remove(self, organization_id: OrganizationId, digest: str, put_before: datetime) -> bool:
        key = _key(organization_id, digest)
        try:
            with _answered(digest):
                meta = await obstore.head_async(self._store, key)
        except NotFound:
            return True
        if meta["last_modified"] >= put_before:
            return False
        with _answered(digest):
            await obstore.delete_async(self._store, key)
        return True

    async def link(
        self, organization_id: OrganizationId, digest: str, filename: str, content_type: str, seconds: int
    ) -> str | None:
        if self.credentials is None:
            return None
        return presigned_get(
            self.bucket.address_of(_key(organization_id, digest)),
            self.bucket.region,
            self.credentials,
            self.clock(),
            seconds,
            content_type,
            content_disposition(filename),
        )


def _key(organization_id: OrganizationId, digest: str) -> str:
    return f"{organization_id}/{checked(digest)[:2]}/{digest}"


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await to_thread.run_sync(file.read, PIECE):
        yield piece


async def _received(found: "obstore.GetResult", digest: str) -> AsyncIterator[bytes]:
    with _answered(digest):
        async for piece in found.stream(min_chunk_size=PIECE):
            yield bytes(piece)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


@contextmanager
def _answered(digest: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound("file", digest) from None
    except (BaseError, OSError) as error:
        raise StoreUnavailable(f"The object storage did not do it: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
