"""What the DNS says, with patience for a moment only."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import anyio
import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver
from attrs import define, field

from helpdesk_core.ports.clock import Clock

PATIENCE: Final = 3.0
"""Seconds that a name may take."""
REST: Final = timedelta(minutes=1)
"""How long nothing is asked after the DNS has not answered: one mail waits then, not each."""


class DnsSilent(Exception):
    """The DNS does not answer just now."""


class Dns(Protocol):
    """What proofs need of the DNS. A name that does not exist has nothing; each method raises DnsSilent."""

    async def texts(self, name: str) -> Sequence[bytes]:
        """Its TXT records, each in one piece."""
        ...

    async def addresses(self, name: str) -> Sequence[str]:
        """Of both families."""
        ...

    async def exchanges(self, name: str) -> Sequence[str]:
        """The hosts that take its mail."""
        ...


@define
class SystemDns:
    """The resolvers of this machine, made when the first name is asked for."""

    clock: Clock
    make: Callable[[], dns.asyncresolver.Resolver] = field(default=dns.asyncresolver.Resolver)
    _resolver: dns.asyncresolver.Resolver | None = field(default=None, init=False)
    _rests_until: datetime | None = field(default=None, init=False)

    async def texts(self, name: str) -> Sequence[bytes]:
        return [b"".join(record.strings) for record in await self._ask(name, "TXT")]

    async def addresses(self, name: str) -> Sequence[str]:
        found = [*await self._ask(name, "A"), *await self._ask(name, "AAAA")]
        return [str(record.address) for record in found]

    async def exchanges(self, name: str) -> Sequence[str]:
        return [str(record.exchange).rstrip(".") for record in await self._ask(name, "MX")]

    async def _ask(self, name: str, kind: str) -> Sequence[Any]:
        try:
            asked = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):  # records of strangers hold what is no name
            return ()
        now = self.clock()
        if self._rests_until is not None and now < self._rests_until:
            raise DnsSilent("The DNS did not answer a moment ago.")
        try:
            with anyio.fail_after(PATIENCE):
                return list(await self._opened().resolve(asked, kind, lifetime=PATIENCE))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.resolver.NoNameservers as error:  # that domain's servers are broken, others' may not be
            raise DnsSilent(str(error)) from error
        except (TimeoutError, dns.exception.DNSException, OSError) as error:
            self._rests_until = now + REST
            raise DnsSilent(f"The DNS does not answer: {type(error).__name__}") from error

    def _opened(self) -> dns.asyncresolver.Resolver:
        """NoResolverConfiguration, a DNSException, where this machine knows no resolver."""
        if self._resolver is None:
            self._resolver = self.make()
            self._resolver.cache = dns.resolver.LRUCache(1_000)
        return self._resolver
