"""Our verdict on every published or computed signature vector is the expected one."""

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpdesk_adapters.commerce.shopify import SHOPIFY
from helpdesk_adapters.commerce.shopify.shops import shop_of
from helpdesk_core.signatures import TOLERANCE, BadSignature, Headers, Proven, query_hmac, stripe, svix
from helpdesk_core.webhooks import Delivery, UnreadableDelivery

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


@pytest.mark.parametrize("provider", ["shopify", "shopify-gdpr"])
def test_shopifys_vectors_get_the_verdicts_they_expect(shared: Path, provider: str) -> None:
    """Its scheme signs the body alone, so that headers which must be there are the door's to demand."""
    file = shared / "protocols" / "commerce" / "fixtures" / provider / "vectors.json"
    told = json.loads(file.read_bytes())
    vectors = told["vectors"]
    expected = {vector["name"]: vector["expect"] for vector in vectors}
    usual = [told["client_secret"]]
    assert {vector["name"]: _shopify_verdict(vector, usual) for vector in vectors} == expected


def _shopify_verdict(vector: dict[str, Any], usual: Sequence[str]) -> str:
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    delivery = Delivery(headers, b64decode(vector["body_base64"]))
    now = datetime.now(UTC)
    secrets = vector.get("client_secrets_configured", usual)
    try:
        proven = SHOPIFY.verify(delivery, secrets, now)
        SHOPIFY.split(delivery, proven)
    except BadSignature:
        return "invalid"
    except UnreadableDelivery:
        return "valid" if vector.get("then", "").startswith("400") else "invalid"
    return "valid"


def test_shopifys_queries_and_shops_get_the_verdicts_they_expect(shared: Path) -> None:
    file = shared / "protocols" / "commerce" / "fixtures" / "shopify-oauth" / "vectors.json"
    told = json.loads(file.read_bytes())
    for vector in told["hmac_vectors"]:
        assert _query_verdict(vector) == vector["expect_hmac"], vector["name"]
        if vector.get("policy") == "reject":
            now = datetime.fromtimestamp(vector["now"], UTC)
            with pytest.raises(BadSignature):
                query_hmac.verify(vector["query_string"], [vector["client_secret"]], now)
    for vector in told["shop_domain_vectors"]:
        assert (shop_of(vector["shop"]) is not None) is vector["valid"], vector


def _query_verdict(vector: dict[str, Any]) -> str:
    try:
        query_hmac.prove(vector["query_string"], [vector["client_secret"]])
    except BadSignature:
        return "invalid"
    return "valid"
