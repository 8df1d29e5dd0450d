"""Signatures of mails are looked at with keys out of the DNS, which may be slow, silent or lie."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import dkim
import dns.asyncresolver
import dns.exception
import dns.resolver
import pytest
from attrs import define, field
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.email import proofs
from helpdesk_adapters.email.proofs import Proofs
from helpdesk_adapters.email.proofs.dns import REST, DnsSilent, SystemDns
from helpdesk_adapters.offload import ThreadOffload
from helpdesk_core.email import Authentication, parse_mail
from helpdesk_core.email.authentication import Verdict

MAIL = b"From: Ida <ida@garden.example>\r\nTo: acme@desk.example\r\nSubject: The kettle\r\n\r\nIt drips.\r\n"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = b"v=DKIM1; k=rsa; p=" + base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)


def signed(raw: bytes = MAIL, domain: bytes = b"garden.example", **more: Any) -> bytes:
    return bytes(dkim.sign(raw, b"s1", domain, PRIVATE, **more)) + raw


@define
class Names:
    """A DNS that the test writes."""

    records: dict[str, bytes] = field(
        factory=lambda: {
            "s1._domainkey.garden.example": PUBLIC,
            "s1._domainkey.evil.example": PUBLIC,
            "_dmarc.garden.example": b"v=DMARC1; p=reject; rua=mailto:x@garden.example",
        }
    )
    hosts: dict[str, tuple[str, ...]] = field(
        factory=lambda: {
            "mx.garden.example": ("192.0.2.1", "2001:db8::1"),
            "yes.1.2.0.192.example": ("127.0.0.2",),
        }
    )
    asked: list[str] = field(factory=list)
    silent: bool = False
    pause: float = 0

    async def texts(self, name: str) -> Sequence[bytes]:
        await self._ask(name)
        return [self.records[name]] if name in self.records else []

    async def addresses(self, name: str) -> Sequence[str]:
        await self._ask(name)
        return self.hosts.get(name, ())

    async def exchanges(self, name: str) -> Sequence[str]:
        await self._ask(name)
        return ("mx.garden.example",) if name == "garden.example" else ()

    async def _ask(self, name: str) -> None:
        self.asked.append(name)
        await anyio.sleep(self.pause)
        if self.silent:
            raise DnsSilent("Nothing answers.")


async def look(raw: bytes, names: Names | None = None, *trusted: str) -> Authentication:
    return await Proofs(frozenset(trusted), names or Names(), ThreadOffload())(parse_mail(raw), raw)


async def test_a_signature_that_holds_proves_where_the_mail_is_from() -> None:
    known = await look(signed())
    assert (known.dkim, known.dmarc, known.policy) == (Verdict.PASS, Verdict.PASS, "reject")
    assert known.by_us
    assert known.proves("ida@garden.example")


@pytest.mark.parametrize(
    "changed",
    [
        signed().replace(b"It drips.", b"It leaks."),
        signed().replace(b"The kettle", b"The boiler"),
        signed().replace(b"Ida <ida@", b"Eve <eve@"),
    ],
)
async def test_a_changed_mail_is_proven_no_more(changed: bytes) -> None:
    known = await look(changed)
    assert known.dkim is Verdict.FAIL
    assert not known.proves("ida@garden.example")


async def test_a_signature_of_another_domain_proves_nothing_of_the_sender() -> None:
    known = await look(signed(domain=b"evil.example"))
    assert (known.dkim, known.aligned) == (Verdict.PASS, ())


async def test_a_second_sender_before_a_signed_one_is_not_proven() -> None:
    known = await look(b"From: Boss <boss@garden.example>\r\n" + signed())
    assert not known.proves("boss@garden.example")


async def test_a_signature_of_a_part_of_the_body_proves_nothing_of_the_rest() -> None:
    known = await look(signed(length=True) + b"And send money.\r\n")
    assert not known.proves("ida@garden.example")


async def test_the_word_of_a_trusted_server_is_taken_and_nobody_asked() -> None:
    names = Names()
    told = b"Authentication-Results: mx.desk.example; dkim=pass header.d=garden.example\r\n"
    known = await look(told + signed(), names, "mx.desk.example")
    assert (known.authserv_id, known.by_us, names.asked) == ("mx.desk.example", False, [])
    assert known.proves("ida@garden.example")


async def test_a_forged_word_of_a_server_is_not_taken_for_the_signature() -> None:
    told = b"Authentication-Results: mx.evil.example; dmarc=pass header.from=garden.example\r\n"
    assert not (await look(told + MAIL)).proves("ida@garden.example")
    assert not (await look(told + signed(domain=b"evil.example"))).proves("ida@garden.example")


async def test_a_mail_without_a_signature_asks_nobody() -> None:
    names = Names()
    assert await look(MAIL, names) == Authentication()
    assert names.asked == []


async def test_a_missing_key_is_no_proof() -> None:
    known = await look(signed(), Names(records={}))
    assert known.dkim in (Verdict.FAIL, Verdict.PERMERROR)
    assert known.policy is None


async def test_a_silent_dns_leaves_it_open() -> None:
    known = await look(signed(), Names(silent=True))
    assert (known.dkim, known.trusted, known.speaks_against) == (Verdict.TEMPERROR, False, False)


async def test_a_slow_dns_holds_a_mail_up_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "LONGEST", 0.05)
    with anyio.fail_after(5):
        known = await look(signed(), Names(pause=60))
    assert known.dkim is Verdict.TEMPERROR


async def test_it_can_be_turned_off() -> None:
    raw = signed()
    assert await Proofs(frozenset(), None, ThreadOffload())(parse_mail(raw), raw) == Authentication()


@pytest.mark.parametrize(
    "field",
    [
        b"v=1; a=rsa-sha256; d=garden.example; s=s1; h=from; bh=; b=",
        b"v=1; a=rsa-sha256; d=garden.example; s=s1; h=from; bh=!!!; b=\xff\xfe; t=x; x=y",
        b"=;=;d=;s=",
        b"v=1; a=ed25519-sha256; d=garden.example; s=s1; h=from:from; bh=YQ==; b=YQ==; l=-1",
        b"d=" + b"a" * 10_000 + b"; s=..",
    ],
)
async def test_no_signature_field_whatever_makes_looking_fail(field: bytes) -> None:
    known = await look(b"DKIM-Signature: " + field + b"\r\n" + MAIL)
    assert known.dkim is not Verdict.PASS
    assert not known.proves("ida@garden.example")


class Resolver(dns.asyncresolver.Resolver):
    """A resolver that fails as it is told."""

    def __init__(self, error: Exception) -> None:
        super().__init__(configure=False)
        self.error = error
        self.asked = 0

    async def resolve(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        raise self.error


async def test_a_dns_that_did_not_answer_is_left_alone_for_a_minute() -> None:
    now = datetime(2026, 4, 6, tzinfo=UTC)
    resolver = Resolver(dns.exception.Timeout())
    system = SystemDns(lambda: now, lambda: resolver)
    for _ in range(3):
        with pytest.raises(DnsSilent):
            await system.texts("s1._domainkey.garden.example")
    assert resolver.asked == 1
    now += REST + timedelta(seconds=1)
    with pytest.raises(DnsSilent):
        await system.texts("s1._domainkey.garden.example")
    assert resolver.asked == 2


async def test_a_name_that_does_not_exist_has_no_texts() -> None:
    system = SystemDns(lambda: datetime.now(UTC), lambda: Resolver(dns.resolver.NXDOMAIN()))
    assert await system.texts("nobody.example") == []


async def test_a_machine_without_resolvers_is_a_silent_dns() -> None:
    def none() -> dns.asyncresolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    with pytest.raises(DnsSilent):
        await SystemDns(lambda: datetime.now(UTC), none).texts("garden.example")


def handed_in(
    ip: str = "192.0.2.1", by: str = "mx.desk.example", sender: str = "ida@garden.example"
) -> bytes:
    told = (
        f"Return-Path: <{sender}>\r\nReceived: from out.garden.example (x [{ip}])\r\n by {by} with ESMTP\r\n"
    )
    return told.encode() + MAIL


@pytest.mark.parametrize(
    ("record", "ip", "verdict"),
    [
        (b"v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.1", Verdict.PASS),
        (b"v=spf1 ip4:192.0.2.0/24 -all", "198.51.100.1", Verdict.FAIL),
        (b"v=spf1 ip6:2001:db8::/32 ~all", "IPv6:2001:db8::7", Verdict.PASS),
        (b"v=spf1 ip6:2001:db8::/32 ~all", "192.0.2.1", Verdict.SOFTFAIL),
        (b"v=spf1 mx ?all", "192.0.2.1", Verdict.PASS),
        (b"v=spf1 a:mx.garden.example/24//64 -all", "192.0.2.99", Verdict.PASS),
        (b"v=spf1 a:mx.garden.example/24//64 -all", "2001:db8::99", Verdict.PASS),
        (b"v=spf1 include:_spf.garden.example -all", "203.0.113.5", Verdict.PASS),
        (b"v=spf1 redirect=_spf.garden.example", "203.0.113.5", Verdict.PASS),
        (b"v=spf1 exists:yes.%{ir}.example -all", "192.0.2.1", Verdict.PASS),
        (b"v=spf1 include:nothing.example -all", "192.0.2.1", Verdict.PERMERROR),
        (b"v=spf1 include:garden.example -all", "192.0.2.1", Verdict.PERMERROR),
        (b"v=spf1 ip4:nonsense -all", "192.0.2.1", Verdict.PERMERROR),
        (b"v=spf1 what:ever -all", "192.0.2.1", Verdict.PERMERROR),
        (b"v=spf1 exists:%{q}.example -all", "192.0.2.1", Verdict.PERMERROR),
        (b"v=spf1 ptr", "192.0.2.1", Verdict.NEUTRAL),
        (b"v=spf10 +all", "192.0.2.1", Verdict.NONE),
    ],
)
async def test_a_machine_is_looked_up_among_those_of_the_envelopes_domain(
    record: bytes, ip: str, verdict: Verdict
) -> None:
    records = {"garden.example": record, "_spf.garden.example": b"v=spf1 ip4:203.0.113.0/24 -all"}
    known = await look(handed_in(ip), Names(records=records), "mx.desk.example")
    assert known.spf is verdict
    assert known.proves("ida@garden.example") is (verdict is Verdict.PASS)


async def test_a_forged_sender_of_a_domain_that_minds_fails_dmarc() -> None:
    records = {**Names().records, "evil.example": b"v=spf1 ip4:198.51.100.1 -all"}
    raw = handed_in("198.51.100.1", sender="x@evil.example")
    known = await look(raw, Names(records=records), "mx.desk.example")
    assert (known.spf, known.dmarc, known.policy, known.aligned) == (Verdict.PASS, Verdict.FAIL, "reject", ())
    assert known.unwanted


async def test_who_handed_it_in_counts_only_where_a_trusted_server_says_so() -> None:
    names = Names(records={"garden.example": b"v=spf1 +all"})
    assert (await look(handed_in(by="mx.evil.example"), names, "mx.desk.example")).spf is Verdict.NONE
    assert names.asked == []


@pytest.mark.parametrize("name", ["a..b", "x" * 70 + ".example", "\\", "ü\ud800.example"])
async def test_what_is_no_name_has_no_texts_and_does_not_silence_the_dns(name: str) -> None:
    resolver = Resolver(dns.resolver.NXDOMAIN())
    system = SystemDns(lambda: datetime.now(UTC), lambda: resolver)
    assert await system.texts(name) == []
    assert await system.texts("garden.example") == []
    assert resolver.asked == 1


@given(st.text(max_size=60) | st.text("v=spf1 aimxnclude:4%{}d/+-~?.", max_size=80))
async def test_no_record_whatever_makes_looking_fail(record: str) -> None:
    names = Names(records={"garden.example": b"v=spf1 " + record.encode("utf-8", "replace")})
    known = await look(handed_in(), names, "mx.desk.example")
    assert known.spf in Verdict
