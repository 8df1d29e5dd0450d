"""Object storage as it is set up: what is wrong with the settings is said in one line, before anybody uploads."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import httpx2
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.blobs.presigned import Credentials, presigned_get
from helpdesk_adapters.blobs.s3 import Bucket, bucket_of
from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import BadSetting, Settings, read_settings
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.upkeep.findings import Verdict
from helpdesk_core.attachments import content_disposition
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import OrganizationId
from tests.fakes.s3_server import s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.mark.parametrize(
    ("url", "bucket", "address"),
    [
        (
            "s3://bucket",
            Bucket("bucket"),
            "https://bucket.s3.us-east-1.amazonaws.com/a/b",
        ),
        (
            "s3://bucket/some%20desk/?region=eu-west-3",
            Bucket("bucket", "some desk", "eu-west-3"),
            "https://bucket.s3.eu-west-3.amazonaws.com/some%20desk/a/b",
        ),
        (
            "s3://my.bucket/x",
            Bucket("my.bucket", "x"),
            "https://s3.us-east-1.amazonaws.com/my.bucket/x/a/b",
        ),
        (
            "s3://bucket/x?endpoint=http://127.0.0.1:9000/&region=garage",
            Bucket("bucket", "x", "garage", "http://127.0.0.1:9000"),
            "http://127.0.0.1:9000/bucket/x/a/b",
        ),
    ],
)
def test_an_address_names_the_bucket(url: str, bucket: Bucket, address: str) -> None:
    assert bucket_of(url, None, None) == bucket
    assert bucket.address_of("a/b") == address


def test_what_the_address_leaves_open_is_as_usual_for_such_programs() -> None:
    assert bucket_of("s3://bucket", "eu-west-1", "http://minio:9000") == Bucket(
        "bucket", "", "eu-west-1", "http://minio:9000"
    )


@given(
    st.text(max_size=40),
    st.sampled_from([None, "FwoGZXIvYXdzE/+=="]),
    st.integers(1_600_000_000, 2_200_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(["https://b.s3.eu-west-1.amazonaws.com/x%20y/k", "http://127.0.0.1:9000/b/k"]),
)
def test_links_are_signed_as_amazon_signs_them(name: str, token: str | None, at: datetime, url: str) -> None:
    disposition = content_disposition(name)
    credentials = Credentials("AKIAEXAMPLE", "secret/key+", token)
    link = presigned_get(url, "eu-west-1", credentials, at, 3600, "application/pdf", disposition)
    assert httpx2.URL(link).params == httpx2.URL(_by_botocore(url, credentials, at, disposition)).params


def _by_botocore(url: str, credentials: Credentials, at: datetime, disposition: str) -> str:
    """What Amazon's own library gives, at that moment."""
    params = {"response-content-disposition": disposition, "response-content-type": "application/pdf"}
    request = AWSRequest("GET", url, params=params)
    given = BotoCredentials(credentials.key_id, credentials.secret, credentials.token)
    signer = S3SigV4QueryAuth(given, "s3", "eu-west-1", expires=3600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: at.replace(tzinfo=None), raising=False)
        signer.add_auth(request)
    return str(request.url)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"HELPDESK_STORAGE_URL": "s3://"}, "must be s3://bucket/prefix"),
        ({"HELPDESK_STORAGE_URL": "s3://key:secret@bucket"}, "must be s3://bucket/prefix"),
        ({"HELPDESK_STORAGE_URL": "s3://bucket?endpoint=minio:9000"}, "must give its endpoint as a URL"),
        ({"HELPDESK_STORAGE_URL": "s3://bucket?end=x"}, "takes endpoint and region, not end"),
        (
            {"HELPDESK_STORAGE_URL": "s3://bucket", "AWS_ACCESS_KEY_ID": "k"},
            "AWS_SECRET_ACCESS_KEY is not set",
        ),
        ({"HELPDESK_STORAGE_URL": "gs://bucket"}, "must be a URL that begins with file:// or s3://"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(
    settings: dict[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting) as refusal:
        Container(settings=read_settings(settings, tmp_path)).desk()
    assert told in str(refusal.value)
    assert "secret@" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delitem(sys.modules, "helpdesk_adapters.blobs.s3")
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(BadSetting, match=r"pip install 'helpdesk\[s3\]'"):
        Container(settings=Settings(data_dir=tmp_path, storage_url="s3://bucket")).blobs()


def on_storage(folder: Path, address: str, bucket: str, **more: Any) -> Container:
    settings = Settings(
        data_dir=folder,
        storage_url=f"s3://{bucket}/desk?endpoint={address}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        **more,
    )
    migrate(settings.database)
    return Container(settings=settings)


def test_a_bucket_that_is_missing_stops_the_start_and_the_doctor_says_so(tmp_path: Path, s3: str) -> None:
    desk = on_storage(tmp_path, s3, "no-such-bucket")

    async def start() -> None:
        async with desk.desk().opened(jobs=True):
            raise AssertionError("it started")

    with pytest.raises(StoreUnavailable, match="no-such-bucket"):
        anyio.run(start)
    finding = next(one for one in anyio.run(desk.doctor()) if one.name == "files")
    assert finding.state is Verdict.PROBLEM
    assert "no-such-bucket" in finding.message


def test_a_bucket_that_is_there_is_fine(tmp_path: Path, s3: str) -> None:
    bucket = f"files-{uuid4().hex[:8]}"
    httpx2.put(f"{s3}/{bucket}").raise_for_status()
    desk = on_storage(tmp_path, s3, bucket)
    finding = next(one for one in anyio.run(desk.doctor()) if one.name == "files")
    assert finding.state is Verdict.OK
    assert finding.message == f"In s3://{bucket}/desk, which answers."


def test_without_credentials_of_its_own_the_desk_makes_no_links_of_the_bucket(tmp_path: Path) -> None:
    desk = Container(
        settings=Settings(data_dir=tmp_path, storage_url="s3://bucket?endpoint=http://127.0.0.1:9")
    )

    async def link() -> str | None:
        return await desk.blobs().link(OrganizationId(uuid4()), "a" * 64, "a.pdf", "application/pdf", 3600)

    assert anyio.run(link) is None
