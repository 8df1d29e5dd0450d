"""Our verdict on every published or computed signature vector is the expected one."""

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpdesk_core.signatures import TOLERANCE, BadSignature, Headers, Proven, stripe, svix

Verify = Callable[[Headers, bytes, Sequence[str], datetime], Proven]


@pytest.mark.parametrize(
    ("provider", "verify"),
    [
        ("svix", svix.verify),
        ("resend", svix.verify),
        ("stripe", stripe.verify),
        ("stripe-connect", stripe.verify),
    ],
)
def test_every_vector_gets_the_verdict_it_expects(shared: Path, provider: str, verify: Verify) -> None:
    file = shared / "protocols" / "commerce" / "fixtures" / provider / "vectors.json"
    vectors = json.loads(file.read_bytes())["vectors"]
    expected = {vector["name"]: vector["expect"] for vector in vectors}
    assert len(expected) == len(vectors) > 0
    assert {vector["name"]: verdict(vector, verify) for vector in vectors} == expected


def verdict(vector: dict[str, Any], verify: Verify) -> str:
    assert vector["tolerance"] == TOLERANCE.total_seconds()
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    secrets = vector["secrets_configured"] if "secrets_configured" in vector else [vector["secret"]]
    now = datetime.fromtimestamp(vector["now"], UTC)
    try:
        verify(headers, b64decode(vector["body_base64"]), secrets, now)
    except BadSignature:
        return "invalid"
    return "valid"
