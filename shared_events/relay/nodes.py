"""The nodes of the broker that a relay may connect to, each with what pika is to do there."""

from collections.abc import Iterator
from itertools import cycle

import pika

from shared_events import addresses

HEARTBEAT = 10  # seconds; a peer that is silent for two of them is gone
LONGEST_ALARM = 300  # seconds; a new connection then finds another node, if there is one


def nodes(url: str, name: str) -> Iterator[pika.URLParameters]:
    """One after the other, for ever: the last connection may have been worth nothing, so another is tried."""
    return cycle([_node(address, name) for address in addresses.each(url)])


def _node(address: str, name: str) -> pika.URLParameters:
    node = pika.URLParameters(address)
    node.client_properties = {"connection_name": name}
    node.blocked_connection_timeout = LONGEST_ALARM
    if "heartbeat" not in address:
        node.heartbeat = HEARTBEAT
    return node
