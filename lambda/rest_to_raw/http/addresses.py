"""Connections to public addresses only, each to the same address that was checked.

A name is resolved once for a connection, so a name server that gives another address the second time gains nothing. TLS
still asks for the host's own certificate: only where the bytes go is fixed here.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from rest_to_raw.outcome import IngestionError

# Addresses that a translator turns into the IPv4 ones inside them (RFC 6052).
TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Returns whether an IP address is public; an IPv4 address inside an IPv6 one is judged as that IPv4 address."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inside = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in TRANSLATED else None
        inside = inside or ip.ipv4_mapped or ip.sixtofour
        return (inside or ip).is_global and not ip.is_multicast
    return ip.is_global and not ip.is_multicast


class _Checked:
    """Opens the socket of a connection: resolves the name, refuses private addresses, connects."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            resolved = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from None
        if not all(is_public(str(where[0])) for *_, where in resolved):
            raise IngestionError(
                "security",
                f"{self.host} has an address that is not public, and no request was sent; if the API lies in a "
                "network of "
                "your own, say 'http: {private_network: true}'",
            )
        return _connected(self, [where for *_, where in resolved])


def _connected(connection: Any, places: list[Any]) -> socket.socket:
    failed: OSError = OSError("no address")
    for place in places:
        try:
            opened = socket.create_connection(place[:2], connection.timeout)
        except OSError as error:
            failed = error
        else:
            for option in connection.socket_options or ():
                opened.setsockopt(*option)
            return opened
    if isinstance(failed, TimeoutError):
        raise ConnectTimeoutError(connection, "connect timed out")
    raise NewConnectionError(connection, type(failed).__name__)


class _PlainConnection(_Checked, HTTPConnection):
    """HTTP to a checked address."""


class _SecureConnection(_Checked, HTTPSConnection):
    """HTTPS to a checked address."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PublicOnly(HTTPAdapter):
    """Sends requests to public addresses only."""

    def init_poolmanager(self, *more: Any, **named: Any) -> None:
        """Make the pools of checked connections."""
        super().init_poolmanager(*more, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
