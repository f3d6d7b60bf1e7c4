"""Which network addresses the program may call: users enter addresses, and some would point back inside (SSRF)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Collection[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
ANY = "*"


class ForbiddenAddress(Exception):  # noqa: N818 - reads as a sentence: raise ForbiddenAddress(host)
    """The host has only addresses that may not be called."""


def resolved(host: str, port: int) -> list[str]:
    """
    Return the addresses of a host in the order of the system's resolver.

    :raises OSError: the name is unknown or the resolver does not answer.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def callable_addresses(
    host: str, port: int, *, private: Collection[str] = (), resolve: Resolve = resolved
) -> list[str]:  # fmt: skip
    """
    Return the addresses of the host that may be called; the connection must go to one of these and not resolve again.

    Public addresses always may; others if `private` names the host, a network (`10.0.0.0/8`) or `*`, which means any
    private network but not link-local addresses: cloud machines are told their secrets there.

    :raises ForbiddenAddress: there are none.
    :raises OSError: the name is unknown or the resolver does not answer.
    """
    bare = host.strip("[]").lower().rstrip(".")
    addresses = [str(ipaddress.ip_address(bare))] if _is_literal(bare) else resolve(bare, port)
    allowed = [address for address in addresses if may_call(bare, address, private)]
    if not allowed:
        raise ForbiddenAddress(bare)
    return allowed


def may_call(host: str, address: str, private: Collection[str]) -> bool:
    """Tell whether this address of the host may be called."""
    target = _embedded(ipaddress.ip_address(address.partition("%")[0]))
    if _is_public(target):
        return True
    named = {entry.lower() for entry in private}
    if host in named or any(_within(target, entry) for entry in named):
        return True
    is_inside = (target.is_private or target.is_loopback) and not (target.is_link_local or target.is_unspecified)
    return ANY in named and is_inside


def _is_public(target: Address) -> bool:
    """Python calls reserved blocks global, and some of them stand for IPv4 addresses (::/96, 64:ff9b:1::/48)."""
    is_site = isinstance(target, ipaddress.IPv6Address) and target.is_site_local
    return target.is_global and not (target.is_multicast or target.is_reserved or is_site)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _within(target: Address, entry: str) -> bool:
    try:
        network = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
    return target.version == network.version and target in network


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
