"""Which addresses outgoing calls may reach: a URL that a stranger wrote must not lead into the operator's
network.

Public is what can be routed on the internet (IANA's special-purpose registries, as the standard library keeps
them). An IPv6 address that only carries an IPv4 one (mapped, NAT64, 6to4, Teredo) is judged by what it
carries.
"""

import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import anyio
from attrs import frozen

from helpdesk_core.jobs import GiveUp, TryLater

Network = IPv4Network | IPv6Network
IpAddress = IPv4Address | IPv6Address

Resolve = Callable[[str, int], Awaitable[Sequence[IpAddress]]]
"""The addresses of a host and port, or TryLater, or GiveUp for what is no name."""

MOST_ADDRESSES = 4
"""Addresses of one host that are tried."""


async def resolved(host: str, port: int) -> Sequence[IpAddress]:
    """What the machine's resolver answers, in its order."""
    try:
        infos = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # a ValueError is a name that cannot be one (also UnicodeError)
        if isinstance(error, OSError):
            raise TryLater(f"The name {host} could not be resolved ({error.strerror or error}).") from error
        raise GiveUp(f"{host[:100]!r} is not the name of a host.") from error
    return list(dict.fromkeys(ip_address(info[4][0].partition("%")[0]) for info in infos))


@frozen
class Reach:
    """The internet, and the networks of the operator's that may be reached besides."""

    allow_networks: tuple[Network, ...] = ()
    resolve: Resolve = resolved

    async def addresses(self, host: str, port: int, *, internet: bool = True) -> tuple[IpAddress, ...]:
        """The addresses of `host` that may be called, in the resolver's order, never none.

        Without `internet` only those in the allowed networks. What is called must be the address returned,
        not the name: a second look-up may answer something else.

        Raises:
            GiveUp: none of its addresses may be reached.
            TryLater: the name could not be resolved.
        """
        found = await self.resolve(host, port)
        allowed = [one for one in found if self.admits(one, internet=internet)]
        if allowed:
            return tuple(allowed[:MOST_ADDRESSES])
        if any(map(is_public, found)):
            raise GiveUp(f"{host} must be called over https: nothing leaves for the internet unencrypted.")
        raise GiveUp(f"{host} is no public address. {_ADVICE}")

    def admits(self, address: IpAddress, *, internet: bool) -> bool:
        """Whether this address may be called."""
        return self._lists(address) or (internet and is_public(address))

    def _lists(self, address: IpAddress) -> bool:
        spellings = {address, _meant(address)}
        return any(one in network for one in spellings for network in self.allow_networks)


def is_public(address: IpAddress) -> bool:
    """Whether the internet routes this address to one machine."""
    meant = _meant(address)
    if isinstance(meant, IPv6Address) and meant not in _GLOBAL_UNICAST:
        return False
    return meant.is_global and not meant.is_multicast


_ADVICE = "HELPDESK_OUTBOUND_ALLOW_NETWORKS names the networks that may be reached besides."
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def _meant(address: IpAddress) -> IpAddress:
    if not isinstance(address, IPv6Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
