"""What receiving servers say of a sender, and what that is worth."""

import time

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.addresses import Address
from helpdesk_core.email import Mail, parse_mail, read_authentication
from helpdesk_core.email.authentication import Authentication, Verdict, related

GMAIL = (
    "mx.google.com; dkim=pass header.i=@garden.example header.s=s1 header.b=abc;"
    " spf=pass (google.com: domain of ida@garden.example designates 192.0.2.1 as permitted sender)"
    ' smtp.mailfrom="ida@bounce.garden.example"; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=garden.example'
)
MICROSOFT = (
    "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=garden.example; dkim=none (message not signed)"
    " header.d=none;dmarc=fail action=oreject header.from=garden.example;compauth=fail reason=000"
)


def read(*results: str, trusted: tuple[str, ...] = ("mx.google.com", "mx.desk.example")) -> Authentication:
    return read_authentication(Mail(from_=Address("ida@garden.example"), results=results), trusted)


def test_the_verdicts_of_a_receiving_server_are_read() -> None:
    assert read(GMAIL) == Authentication(
        spf=Verdict.PASS,
        dkim=Verdict.PASS,
        dmarc=Verdict.PASS,
        policy="reject",
        aligned=("garden.example",),
        authserv_id="mx.google.com",
        trusted=True,
    )


def test_a_server_that_leaves_its_name_out_is_read_as_a_hint() -> None:
    known = read(MICROSOFT)
    assert (known.spf, known.dkim, known.dmarc, known.policy) == (
        Verdict.FAIL,
        Verdict.NONE,
        Verdict.FAIL,
        "reject",
    )
    assert known.unwanted
    assert not known.trusted


def test_anybody_can_write_such_a_field_so_only_trusted_servers_prove() -> None:
    assert read(GMAIL).proves("Boss@Garden.Example")
    assert not read(GMAIL, trusted=()).proves("ida@garden.example")
    assert not read(GMAIL.replace("mx.google.com", "mx.evil.example")).proves("ida@garden.example")


def test_a_field_that_the_sender_forged_below_the_servers_own_changes_nothing() -> None:
    own = "mx.google.com; dkim=fail header.d=garden.example; dmarc=fail (p=NONE) header.from=garden.example"
    assert read(own, GMAIL) == evolve(read(own), spf=Verdict.PASS)
    assert not read(own, GMAIL).proves("ida@garden.example")


def test_fields_of_other_servers_above_the_trusted_one_are_passed_over() -> None:
    assert read("relay.example; none", GMAIL) == read(GMAIL)


def test_what_is_proven_of_another_domain_says_nothing_of_this_one() -> None:
    stranger = "mx.google.com; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example"
    assert read(stranger).aligned == ()
    assert read("mx.google.com; dmarc=pass header.from=evil.example").aligned == ()
    assert not read(GMAIL).proves("ida@evil.example")


@pytest.mark.parametrize(
    ("one", "other", "belong"),
    [
        ("garden.example", "garden.example", True),
        ("mail.garden.example", "garden.example", True),
        ("evilgarden.example", "garden.example", False),
        ("example", "garden.example", False),
        ("", "", False),
    ],
)
def test_domains_belong_together_where_one_is_within_the_other(one: str, other: str, belong: bool) -> None:
    assert related(one, other) is related(other, one) is belong


@pytest.mark.parametrize(
    "value",
    [
        'mx.google.com (a (nested; comment)) ; spf=pass (say; "no") smtp.mailfrom=x@garden.example',
        'mx.google.com; spf=pass reason="a;b (c" smtp.mailfrom=garden.example',
        "mx.google.com 1; spf/1 = PASS smtp.mailfrom=garden.example",
    ],
)
def test_comments_quotes_and_versions_are_read_as_the_standard_says(value: str) -> None:
    assert (read(value).spf, read(value).aligned) == (Verdict.PASS, ("garden.example",))


def test_a_mail_without_any_such_field_is_unknown() -> None:
    assert read() == Authentication()
    assert read("", ";", "mx.google.com; none") == Authentication(authserv_id="mx.google.com", trusted=True)


@given(st.lists(st.text(max_size=200) | st.text('();="\\ .pasfikdm', max_size=200), max_size=3))
def test_no_field_whatever_makes_reading_fail(values: list[str]) -> None:
    assert not read(*values).proves("ida@evil.example")


def test_reading_takes_time_in_proportion_to_what_is_read() -> None:
    for hostile in (
        "(" * 100_000,
        "a=" * 50_000,
        ";" * 100_000,
        "mx; spf=pass " + "x.y=" * 25_000,
        "\\" * 100_000,
    ):
        before = time.process_time()
        read(hostile)
        assert time.process_time() - before < 1


def test_the_fields_come_out_of_the_bytes_in_their_order() -> None:
    told = ["one.example; none", "two"]
    lines = [
        f"Authentication-Results: {told[0]}",
        "From: ida@garden.example",
        f"Authentication-Results: {told[1]}",
    ]
    raw = "\r\n".join([*lines, "", "Hi"]).encode()
    assert parse_mail(raw).results == ("one.example; none", "two")
