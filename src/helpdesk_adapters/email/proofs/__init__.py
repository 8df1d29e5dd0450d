"""Who a mail is from: what the receiving server says where it can be believed, else what the signatures prove."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import anyio
from attrs import frozen

from helpdesk_adapters.email.proofs.dns import Dns, DnsSilent
from helpdesk_adapters.email.proofs.signatures import Signature, check, has_one_author, signatures_of
from helpdesk_adapters.email.proofs.spf import Peer, check_peer, peer_of
from helpdesk_core.email import Authentication, Mail, read_authentication
from helpdesk_core.email.authentication import Verdict, domain_of, related
from helpdesk_core.ports.offload import Offload

LONGEST: Final = 6.0
"""Seconds that looking at one mail's signatures may take, the questions to the DNS among them."""
MOST_LABELS: Final = 5
"""Names that are asked for a policy, from the sender's domain upwards."""


@frozen
class Proofs:
    """Reads the headers, and looks for itself where no server that can be believed has judged the mail: at its DKIM
    signatures, and at SPF where such a server has at least written down who handed the mail in.
    """

    trusted: frozenset[str]
    """Names of receiving servers that can be believed, in lower case."""
    dns: Dns | None
    """None: the desk does not look itself."""
    offload: Offload

    async def __call__(self, mail: Mail, raw: bytes | None) -> Authentication:
        told = read_authentication(mail, self.trusted)
        if told.trusted or self.dns is None or mail.from_ is None:
            return told
        peer = peer_of(mail, self.trusted)
        is_signed = raw is not None and "dkim-signature" in mail.headers
        signatures = await self.offload(signatures_of, raw) if is_signed else ()
        if not signatures and peer is None:
            return told
        with anyio.move_on_after(LONGEST), suppress(DnsSilent):  # that it is open is what is told then
            return await self._looked_at(mail, raw or b"", signatures, peer, self.dns)
        # A check that says nothing must not hide that some server has found the mail forged.
        if told.authserv_id is not None:
            return told
        return Authentication(
            spf=told.spf if peer is None else Verdict.TEMPERROR,
            dkim=Verdict.TEMPERROR if signatures else Verdict.NONE,
            by_us=True,
        )

    async def _looked_at(
        self, mail: Mail, raw: bytes, signatures: Sequence[Signature], peer: Peer | None, dns: Dns
    ) -> Authentication:
        sender = domain_of(mail.from_.email) if mail.from_ is not None else ""
        spf = Verdict.NONE if peer is None else await check_peer(peer, dns)
        keys = {one.key_name: b"".join((await dns.texts(one.key_name))[:1]) for one in signatures}
        policy = await _policy(sender, dns)
        verdicts = [await self.offload(check, raw, one, keys) for one in signatures]
        held = [one for one, verdict in zip(signatures, verdicts, strict=True) if verdict is Verdict.PASS]
        by_key = any(one.whole and related(one.domain, sender) for one in held)
        by_peer = peer is not None and spf is Verdict.PASS and related(domain_of(peer.sender), sender)
        vouched = (by_key and await self.offload(has_one_author, raw)) or by_peer
        return Authentication(
            spf=spf,
            dkim=Verdict.PASS if held else next(iter(verdicts), Verdict.NONE),
            dmarc=_dmarc(policy, vouched, peer is not None),
            policy=policy,
            aligned=(sender,) if vouched else (),
            by_us=True,
            trusted=True,
        )


def _dmarc(policy: str | None, vouched: bool, both_known: bool) -> Verdict:
    """Without SPF a mail that is not signed may still be its sender's: that is no failure."""
    if policy is None:
        return Verdict.NONE
    if vouched:
        return Verdict.PASS
    return Verdict.FAIL if both_known else Verdict.NONE


async def _policy(domain: str, dns: Dns) -> str | None:
    """What the domain wants done with mail that fails DMARC, or what one above it wants (RFC 7489 §6.6.3; there is no
    list of public suffixes here, so that every name up to the last two labels is asked).
    """
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 0))[:MOST_LABELS]:
        for text in await dns.texts("_dmarc." + ".".join(labels[start:])):
            found = _POLICY.match(text.decode("ascii", "replace"))
            if found is not None:
                return found[1].lower()
    return None


_POLICY = re.compile(r"(?i)v\s*=\s*DMARC1\s*;(?:[^;]*;){0,20}?\s*p\s*=\s*(none|quarantine|reject)\b")
