"""Who a mail is from: what the receiving server says where it can be believed, else what the signatures prove."""

import re
from collections.abc import Collection, Sequence
from typing import Final

import anyio
from attrs import evolve, frozen

from helpdesk_adapters.email.proofs.dns import DnsSilent, TextsOf
from helpdesk_adapters.email.proofs.signatures import Signature, check, has_one_author, signatures_of
from helpdesk_core.email import Authentication, Mail, read_authentication
from helpdesk_core.email.authentication import Verdict, domain_of, related
from helpdesk_core.ports.offload import Offload

LONGEST: Final = 6.0
"""Seconds that looking at one mail's signatures may take, the questions to the DNS among them."""
MOST_LABELS: Final = 5
"""Names that are asked for a policy, from the sender's domain upwards."""


@frozen
class Proofs:
    """Reads the headers, and looks at DKIM signatures itself where no server that can be believed has.

    The desk does not see who hands a mail in, so that it cannot check SPF: what it finds itself rests on signatures.
    """

    trusted: Collection[str]
    """Names of receiving servers that can be believed, in lower case."""
    texts_of: TextsOf | None
    """None: the desk does not look itself."""
    offload: Offload

    async def __call__(self, mail: Mail, raw: bytes | None) -> Authentication:
        told = read_authentication(mail, self.trusted)
        if told.trusted or raw is None or self.texts_of is None or "dkim-signature" not in mail.headers:
            return told
        signatures = await self.offload(signatures_of, raw)
        if not signatures or mail.from_ is None:
            return told
        found = Authentication(spf=told.spf, dkim=Verdict.TEMPERROR, by_us=True)
        with anyio.move_on_after(LONGEST):
            sender = domain_of(mail.from_.email)
            found = await self._looked_at(raw, signatures, sender, self.texts_of, found)
        # One that says nothing must not hide that some server has found the mail forged.
        unsure = found.dkim is Verdict.TEMPERROR and told.authserv_id is not None
        return told if unsure else found

    async def _looked_at(
        self,
        raw: bytes,
        signatures: Sequence[Signature],
        sender: str,
        texts_of: TextsOf,
        found: Authentication,
    ) -> Authentication:
        try:
            keys = {one.key_name: b"".join((await texts_of(one.key_name))[:1]) for one in signatures}
            policy = await _policy(sender, texts_of)
        except DnsSilent:
            return found
        verdicts = [await self.offload(check, raw, one, keys) for one in signatures]
        held = [one for one, verdict in zip(signatures, verdicts, strict=True) if verdict is Verdict.PASS]
        vouches = any(one.whole and related(one.domain, sender) for one in held)
        vouches = vouches and await self.offload(has_one_author, raw)
        return evolve(
            found,
            dkim=Verdict.PASS if held else verdicts[0],
            dmarc=Verdict.PASS if vouches and policy is not None else Verdict.NONE,
            policy=policy,
            aligned=(sender,) if vouches else (),
            trusted=True,
        )


async def _policy(domain: str, texts_of: TextsOf) -> str | None:
    """What the domain wants done with mail that fails DMARC, or what one above it wants (RFC 7489 §6.6.3; there is no
    list of public suffixes here, so that every name up to the last two labels is asked).
    """
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 0))[:MOST_LABELS]:
        for text in await texts_of("_dmarc." + ".".join(labels[start:])):
            found = _POLICY.match(text.decode("ascii", "replace"))
            if found is not None:
                return found[1].lower()
    return None


_POLICY = re.compile(r"(?i)v\s*=\s*DMARC1\s*;(?:[^;]*;){0,20}?\s*p\s*=\s*(none|quarantine|reject)\b")
