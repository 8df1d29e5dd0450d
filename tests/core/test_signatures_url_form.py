"""A URL and a form as Twilio signs them: what anybody can compute from its page is proven, and nothing else."""

import hashlib
import hmac
from base64 import b64encode
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.signatures import BadSignature, Reason, url_form_hmac

FORM = {"content-type": "application/x-www-form-urlencoded"}
URL, TOKEN = "https://desk.example/api/webhooks/sms", "an auth token"


def made(url: str, pairs: list[tuple[str, str]] | None = None, token: str = TOKEN) -> dict[str, str]:
    """The headers, computed by what the page says: each name with its different values, sorted."""
    text = url + "".join(name + value for name, value in sorted(set(pairs or [])))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return {**FORM, url_form_hmac.HEADER: b64encode(digest).decode()}


def refused(url: str, body: bytes, headers: dict[str, str], *secrets: str) -> Reason:
    with pytest.raises(BadSignature) as refusal:
        url_form_hmac.verify(headers, url, body, secrets or (TOKEN,))
    return refusal.value.reason


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(texts, texts), max_size=8))
def test_any_form_is_proven_by_what_its_sender_computes(pairs: list[tuple[str, str]]) -> None:
    body = urlencode(pairs).encode()
    headers = made(URL, parse_qsl(body.decode(), keep_blank_values=True))
    url_form_hmac.verify(headers, URL, body, ["an older token", TOKEN])
    assert url_form_hmac.sign(URL, body, FORM, TOKEN)[url_form_hmac.HEADER] == headers[url_form_hmac.HEADER]
    assert refused(URL + "?", body, headers) is Reason.MISMATCH
    assert refused(URL, body + b"&x=1", headers) is Reason.MISMATCH


@given(st.binary(max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_whatever_comes_is_judged_and_nothing_else_raised(body: bytes, told: str, type_: str) -> None:
    for url in (URL, "", "https://[", "https://desk.example:x/", told):
        headers = {"content-type": type_, url_form_hmac.HEADER: told, "authorization": told}
        with pytest.raises(BadSignature):
            url_form_hmac.verify(headers, url, body, [TOKEN])


@pytest.mark.parametrize(
    ("signed", "called"),
    [
        ("https://desk.example:443/x?a=1", "https://desk.example/x?a=1"),
        ("https://desk.example/x?a=1", "https://desk.example:443/x?a=1"),
        ("https://desk.example/x?a=1", "https://desk.example:8443/x?a=1"),
        ("http://desk.example:80/x?", "http://desk.example/x?"),
        ("https://u:p@desk.example:443/x", "https://u:p@desk.example/x"),
        ("https://u:p@desk.example/x", "https://u:p@desk.example:8443/x"),
    ],
)
def test_a_port_may_be_named_or_left_out(signed: str, called: str) -> None:
    url_form_hmac.verify(made(signed), called, b"", [TOKEN])


@pytest.mark.parametrize("port", ["", ":443", ":8443"])
def test_the_user_of_an_address_comes_in_a_header(port: str) -> None:
    user = {"authorization": "Basic " + b64encode(b"user:pass").decode()}
    headers = made(f"https://user:pass@desk.example{port}/x") | user
    url_form_hmac.verify(headers, f"https://desk.example{port}/x", b"", [TOKEN])
    other = headers | {"authorization": "Basic " + b64encode(b"user:word").decode()}
    assert refused(f"https://desk.example{port}/x", b"", other) is Reason.MISMATCH


@pytest.mark.parametrize("given", ["Basic", "Basic ====", "Basic /w==", "Bearer dTpw", "Basic dTpw dTpw"])
def test_a_header_that_names_no_user_changes_nothing(given: str) -> None:
    url_form_hmac.verify(made(URL) | {"authorization": given}, URL, b"", [TOKEN])


def test_a_name_twice_counts_with_each_different_value_once() -> None:
    pairs = [("b", "2"), ("a", "2"), ("a", "1"), ("a", "2")]
    url_form_hmac.verify(made(URL, pairs), URL, urlencode(pairs).encode(), [TOKEN])


@pytest.mark.parametrize("body", [b"Body=%ff", b"Body=\xff", b"&".join([b"a=1"] * 1001)])
def test_a_form_that_could_be_read_in_two_ways_is_none(body: bytes) -> None:
    """What was signed and what is read afterwards must be the same text."""
    assert refused(URL, body, made(URL)) is Reason.MALFORMED


def test_letters_are_signed_as_they_are_read() -> None:
    body = f"Body={quote('Grüße 👍🏽')}".encode()
    url_form_hmac.verify(made(URL, [("Body", "Grüße 👍🏽")]), URL, body, [TOKEN])
    url_form_hmac.verify(made(URL, [("Body", "Grüße")]), URL, "Body=Grüße".encode(), [TOKEN])


def test_json_is_proven_by_its_digest_in_the_query() -> None:
    body = b'{"a": 1}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = made(url) | {"content-type": "application/json"}
    url_form_hmac.verify(headers, url, body, [TOKEN])
    assert refused(url, body + b" ", headers) is Reason.MISMATCH
    bare = made(URL) | {"content-type": "application/json"}
    assert refused(URL, body, bare) is Reason.MISMATCH
    assert refused(URL, body, {**bare, "content-type": ""}) is Reason.MISMATCH


def test_the_tokens_decide_and_a_blank_one_never_does() -> None:
    assert refused(URL, b"", made(URL), "", " ") is Reason.NO_SECRET
    assert refused(URL, b"", made(URL), "other") is Reason.MISMATCH
    assert refused(URL, b"", FORM) is Reason.MISSING_HEADER
    assert refused(URL, b"", {**FORM, url_form_hmac.HEADER: ""}) is Reason.MISSING_HEADER
