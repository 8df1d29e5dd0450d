"""Our verdict on every published or computed signature of Telnyx, Vonage and MessageBird is the expected one."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from helpdesk_core.signatures import BadSignature, Reason, digest_jwt, ed25519, sorted_parameters

Vector = dict[str, Any]
SOME = "a key where the vector names none"


def told(shared: Path, folder: str) -> dict[str, Any]:
    file = shared / "protocols" / "messaging" / "fixtures" / folder / "vectors.json"
    return dict(json.loads(file.read_bytes()))


def headers_of(vector: Vector) -> dict[str, str]:
    return {name.lower(): value for name, value in vector["request"]["headers"].items()}


def test_telnyxs_vectors_get_the_verdicts_they_expect(shared: Path) -> None:
    vectors = told(shared, "sms_telnyx")["vectors"]
    assert len(vectors) >= 14
    for vector in vectors:
        assert _telnyx(vector) is vector["valid"], vector["name"]


def _telnyx(vector: Vector) -> bool:
    now = datetime.fromtimestamp(vector["now"], UTC)
    body = b64decode(vector["request"]["body_base64"])
    try:
        ed25519.verify(headers_of(vector), body, [vector["public_key_base64"]], now)
    except BadSignature:
        return False
    return True


def test_vonages_parameters_get_the_verdicts_they_expect(shared: Path) -> None:
    """They are judged at the time that they say themselves: their age is the next test's."""
    vectors = told(shared, "sms_vonage")["vectors"]
    assert len(vectors) >= 14
    for vector in vectors:
        assert _parameters(vector, timedelta(0)) is vector["valid"], vector["name"]


def test_vonages_parameters_count_for_five_minutes_unlike_in_its_libraries(shared: Path) -> None:
    [vector] = [
        one for one in told(shared, "sms_vonage")["vectors"] if one["name"] == "timestamp one hour old"
    ]
    assert _parameters(vector, timedelta(seconds=300)) is True
    with pytest.raises(BadSignature) as refused:
        _verify(vector, timedelta(hours=1))
    assert refused.value.reason is Reason.TOO_OLD


def _parameters(vector: Vector, later: timedelta) -> bool:
    try:
        _verify(vector, later)
    except BadSignature:
        return False
    return True


def _verify(vector: Vector, later: timedelta) -> None:
    parameters = vector["request"]["params"]
    now = datetime.fromtimestamp(int(parameters.get("timestamp", 1767268800)), UTC) + later
    sorted_parameters.verify(parameters, [f"{vector['method']}:{vector['secret']}"], now)


def test_vonages_tokens_get_the_verdicts_they_expect(shared: Path) -> None:
    vectors = told(shared, "sms_vonage")["jwt_vectors"]
    assert len(vectors) >= 8
    for vector in vectors:
        assert _bearer(vector) is vector["valid"], vector["name"]


def _bearer(vector: Vector) -> bool:
    now = datetime.fromtimestamp(vector["now"], UTC)
    body = b64decode(vector["request"]["body_base64"])
    try:
        digest_jwt.verify_bearer(headers_of(vector), body, [vector["secret"]], now)
    except BadSignature:
        return False
    return True


def test_messagebirds_vectors_get_the_verdicts_they_expect(shared: Path) -> None:
    vectors = told(shared, "sms_messagebird")["vectors"]
    assert len(vectors) >= 40
    for vector in vectors:
        assert _messagebird(vector) is vector["valid"], vector["name"]


def _messagebird(vector: Vector) -> bool:
    request = vector["request"]
    now = datetime.fromisoformat(vector["now"])
    try:
        digest_jwt.verify_request(
            headers_of(vector),
            request["url"],
            b64decode(request["body_base64"]),
            [vector["secret"] or SOME],
            now,
        )
    except BadSignature:
        return False
    return True
