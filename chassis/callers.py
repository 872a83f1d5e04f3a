"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from rest_framework.throttling import BaseThrottle

# What one subscriber of the Internet is given; within it an address can be had for every request.
IPV6_SUBSCRIBER = 64


def address(request: Any) -> str:
    """The caller's address, for an IPv6 address that of its network; empty when there is none.

    X-Forwarded-For counts as far as as many trusted proxies as TRUSTED_PROXIES says have written it.
    """
    for claimed in (BaseThrottle().get_ident(request), request.META.get("REMOTE_ADDR")):
        try:
            return _subscriber(claimed or "")
        except ValueError:
            continue
    return ""


def _subscriber(text: str) -> str:
    found = ip_address(text)
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), IPV6_SUBSCRIBER), strict=False).network_address)
