"""SPF (RFC 7208): whether a machine may hand in mail of a domain."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from attrs import define, frozen

from helpdesk_adapters.email.proofs.dns import Dns
from helpdesk_core.email import Mail
from helpdesk_core.email.authentication import Verdict, domain_of

MOST_LOOKUPS: Final = 10
"""Terms of all records together that may ask the DNS (§4.6.4)."""


class BadRecord(Exception):
    """The record, or one that it includes, cannot be read: a permanent error."""


@frozen
class Peer:
    """The machine that handed a mail in, and for whom it said that it did."""

    ip: IPv4Address | IPv6Address
    helo: str
    sender: str
    """Of the envelope; `postmaster` at the machine's name where that is empty (§2.4)."""


def peer_of(mail: Mail, trusted: frozenset[str]) -> Peer | None:
    """Who handed the mail in, where a receiving server that can be believed wrote that down last."""
    received = mail.headers.get("received", "")[:2_000]
    by, found = _BY.search(received), _FROM.match(received)
    if by is None or found is None or by[1].lower().rstrip(".") not in trusted:
        return None
    try:
        ip = ip_address(found[2].lower().removeprefix("ipv6:"))
    except ValueError:
        return None
    envelope = mail.headers.get("return-path", "").strip().strip("<>")
    return Peer(ip, found[1], envelope if "@" in envelope else f"postmaster@{found[1]}")


async def check_peer(peer: Peer, dns: Dns) -> Verdict:
    """The verdict of the domain of the envelope's sender. Raises DnsSilent."""
    try:
        return await _Check(peer, dns).of(domain_of(peer.sender))
    except BadRecord:
        return Verdict.PERMERROR


@define
class _Check:
    """One check, and how often it has asked the DNS."""

    peer: Peer
    dns: Dns
    lookups: int = 0

    async def of(self, domain: str) -> Verdict:
        records = [text.decode("ascii", "replace") for text in await self.dns.texts(domain)]
        records = [text for text in records if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]
        if len(records) > 1:
            raise BadRecord("There is more than one record.")
        if not records:
            return Verdict.NONE
        redirect = None
        for term in records[0].split()[1:]:
            if (modifier := _MODIFIER.fullmatch(term)) is not None:
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
                continue
            found = _MECHANISM.fullmatch(term)
            if found is None:
                raise BadRecord(f"There is no {term[:40]}.")
            if await self._fits(found[2].lower(), found[3] or "", found[4], found[5], domain):
                return _QUALIFIERS[found[1] or "+"]
        if redirect is None:
            return Verdict.NEUTRAL
        self._count()
        verdict = await self.of(self._expanded(redirect, domain))
        return Verdict.PERMERROR if verdict is Verdict.NONE else verdict

    async def _fits(
        self, mechanism: str, value: str, bits4: str | None, bits6: str | None, domain: str
    ) -> bool:
        if mechanism == "all":
            return True
        if mechanism in ("ip4", "ip6"):
            return self._within(value, bits4, bits4)
        self._count()
        target = self._expanded(value, domain) or domain
        if mechanism == "include":
            verdict = await self.of(target)
            if verdict in (Verdict.NONE, Verdict.PERMERROR):
                raise BadRecord(f"What {target} includes has no record.")
            return verdict is Verdict.PASS
        if mechanism == "exists":
            return bool(await self.dns.addresses(target))
        if mechanism == "a":
            return await self._is_one_of([target], bits4, bits6)
        if mechanism == "mx":
            return await self._is_one_of((await self.dns.exchanges(target))[:MOST_LOOKUPS], bits4, bits6)
        return False  # ptr, which §5.5 asks nobody to use: it is slow, and rests on the peer's own DNS

    async def _is_one_of(self, hosts: Sequence[str], bits4: str | None, bits6: str | None) -> bool:
        for host in hosts:
            if any(self._within(one, bits4, bits6) for one in await self.dns.addresses(host)):
                return True
        return False

    def _within(self, address: str, bits4: str | None, bits6: str | None) -> bool:
        bits = bits4 if ":" not in address else bits6
        try:
            network = ip_network(address if bits is None else f"{address}/{bits}", strict=False)
        except ValueError as error:
            raise BadRecord(f"{address[:60]} is no address.") from error
        return self.peer.ip in network

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise BadRecord("It asks for too many names.")

    def _expanded(self, text: str, domain: str) -> str:
        """The name with its macros filled in (§7)."""
        local, _, host = self.peer.sender.rpartition("@")
        reverse = self.peer.ip.reverse_pointer.split(".")[:-2]
        values = {
            "s": self.peer.sender,
            "l": local,
            "o": host,
            "d": domain,
            "i": ".".join(reversed(reverse)),
            "v": "in-addr" if self.peer.ip.version == 4 else "ip6",
            "h": self.peer.helo,
        }

        def fill(macro: re.Match[str]) -> str:
            if macro[0] in _ESCAPES:
                return _ESCAPES[macro[0]]
            if macro[1] is None or macro[1].lower() not in values:
                raise BadRecord(f"There is no macro {macro[0]}.")
            parts = re.split(f"[{re.escape(macro[4] or '.')}]", values[macro[1].lower()])
            parts = parts[::-1] if macro[3] else parts
            return ".".join(parts[-int(macro[2]) :] if macro[2] and int(macro[2]) else parts)

        return _MACRO.sub(fill, text)


_FROM = re.compile(
    r"(?is)\s*from\s+([\w.-]{1,255})\s+\([^)]{0,300}?\[([0-9a-f:.]{2,60}|ipv6:[0-9a-f:.]{2,60})\]"
)
_BY = re.compile(r"(?i)\bby\s+([\w.-]{1,255})")
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(\S*)")
_MECHANISM = re.compile(
    r"([+?~-])?(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^\s/]+))?(?:/(\d{1,3}))?(?://(\d{1,3}))?",
    re.IGNORECASE,
)
_MACRO = re.compile(r"%(?:\{([A-Za-z])(\d{0,3})(r?)([.+,/_=-]*)\}|.|$)", re.IGNORECASE)
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_QUALIFIERS = {"+": Verdict.PASS, "-": Verdict.FAIL, "~": Verdict.SOFTFAIL, "?": Verdict.NEUTRAL}
