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

    texts: dict[str, bytes] = field(
        factory=lambda: {
            "s1._domainkey.garden.example": PUBLIC,
            "s1._domainkey.evil.example": PUBLIC,
            "_dmarc.garden.example": b"v=DMARC1; p=reject; rua=mailto:x@garden.example",
        }
    )
    asked: list[str] = field(factory=list)
    silent: bool = False
    pause: float = 0

    async def __call__(self, name: str) -> Sequence[bytes]:
        self.asked.append(name)
        await anyio.sleep(self.pause)
        if self.silent:
            raise DnsSilent("Nothing answers.")
        return [self.texts[name]] if name in self.texts else []


async def look(raw: bytes, names: Names | None = None, *trusted: str) -> Authentication:
    return await Proofs(trusted, names or Names(), ThreadOffload())(parse_mail(raw), raw)


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
    known = await look(signed(), Names(texts={}))
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
    assert await Proofs((), None, ThreadOffload())(parse_mail(raw), raw) == Authentication()


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
            await system("s1._domainkey.garden.example")
    assert resolver.asked == 1
    now += REST + timedelta(seconds=1)
    with pytest.raises(DnsSilent):
        await system("s1._domainkey.garden.example")
    assert resolver.asked == 2


async def test_a_name_that_does_not_exist_has_no_texts() -> None:
    system = SystemDns(lambda: datetime.now(UTC), lambda: Resolver(dns.resolver.NXDOMAIN()))
    assert await system("nobody.example") == ()


async def test_a_machine_without_resolvers_is_a_silent_dns() -> None:
    def none() -> dns.asyncresolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    with pytest.raises(DnsSilent):
        await SystemDns(lambda: datetime.now(UTC), none)("garden.example")
