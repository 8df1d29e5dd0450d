"""Texts out of the DNS, with patience for a moment only."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import anyio
import dns.asyncresolver
import dns.exception
import dns.resolver
from attrs import define, field

from helpdesk_core.ports.clock import Clock

PATIENCE: Final = 3.0
"""Seconds that a name may take."""
REST: Final = timedelta(minutes=1)
"""How long nothing is asked after the DNS has not answered: one mail waits then, not each."""


class DnsSilent(Exception):
    """The DNS does not answer just now."""


class TextsOf(Protocol):
    """The TXT records of a name, each in one piece; none where there is no such name. Raises DnsSilent."""

    async def __call__(self, name: str) -> Sequence[bytes]: ...


@define
class SystemDns:
    """The resolvers of this machine, made when the first name is asked for."""

    clock: Clock
    make: Callable[[], dns.asyncresolver.Resolver] = field(default=dns.asyncresolver.Resolver)
    _resolver: dns.asyncresolver.Resolver | None = field(default=None, init=False)
    _rests_until: datetime | None = field(default=None, init=False)

    async def __call__(self, name: str) -> Sequence[bytes]:
        now = self.clock()
        if self._rests_until is not None and now < self._rests_until:
            raise DnsSilent("The DNS did not answer a moment ago.")
        try:
            with anyio.fail_after(PATIENCE):
                answer = await self._opened().resolve(name, "TXT", lifetime=PATIENCE)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.resolver.NoNameservers as error:  # that domain's servers are broken, others' may not be
            raise DnsSilent(str(error)) from error
        except (TimeoutError, dns.exception.DNSException, OSError) as error:
            self._rests_until = now + REST
            raise DnsSilent(f"The DNS does not answer: {type(error).__name__}") from error
        return [b"".join(record.strings) for record in answer]

    def _opened(self) -> dns.asyncresolver.Resolver:
        """NoResolverConfiguration, a DNSException, where this machine knows no resolver."""
        if self._resolver is None:
            self._resolver = self.make()
            self._resolver.cache = dns.resolver.LRUCache(1_000)
        return self._resolver
