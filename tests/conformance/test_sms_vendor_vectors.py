"""Our verdict on every published or computed signature of Telnyx, Vonage and MessageBird is the expected one."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.signatures import BadSignature, Reason, digest_jwt, ed25519, sorted_parameters
from helpdesk_http.app import create_app

Vector = dict[str, Any]
SOME = "a key where the vector names none"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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


async def test_over_http_each_delivery_gets_the_answer_it_deserves(shared: Path) -> None:
    """All carriers have one door; what is proven is kept though the number is nobody's."""
    telnyx, vonage = told(shared, "sms_telnyx")["vectors"], told(shared, "sms_vonage")["jwt_vectors"]
    answered = {one["name"]: await _answer(one) for one in (*telnyx, *vonage)}
    expected = {one["name"]: 200 if one["valid"] else 401 for one in (*telnyx, *vonage)}
    expected["no Authorization header at all"] = 503  # Vonage is to send it again, signed
    assert answered == expected


async def _answer(vector: Vector) -> int:
    desk = in_memory(
        Settings(
            secret_key=("a key",),
            twilio_auth_token=("a token",),
            telnyx_public_key=(vector.get("public_key_base64", SOME),),
            vonage_signature_secret=(vector.get("secret", SOME),),
        )
    )
    desk.clock.override(providers.Object(lambda: datetime.fromtimestamp(vector["now"], UTC)))
    transport = httpx2.ASGITransport(create_app(desk, jobs=False))
    body = b64decode(vector["request"]["body_base64"])
    async with httpx2.AsyncClient(transport=transport, base_url="https://desk.example.com") as client:
        answer = await client.post("/api/webhooks/sms", content=body, headers=vector["request"]["headers"])
    return answer.status_code
