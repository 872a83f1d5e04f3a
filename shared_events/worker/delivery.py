"""What is kept of a message between the broker and the batch."""

from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from shared_events import tracing
from shared_events.catalogue import Event
from shared_events.envelope import Envelope

CARRIED = ("correlation_id", "causation_id", *tracing.HEADERS)
LONGEST_HEADER = 200  # characters
LONGEST_KEY = 255  # characters, as AMQP has it


class Delivery(msgspec.Struct, frozen=True):
    """One message as received: raw bytes, and what the broker says of it.

    It goes to the pool by way of pickle, which takes a tenth of the time that it takes for a dataclass.
    """

    body: bytes
    routing_key: str = ""
    origin: str = ""  # the user who published it, as the broker validated it
    headers: dict[str, str] = {}
    death: str = ""  # why the broker gave it up, in its own word; empty while it has not

    def digest(self) -> str:
        """What tells this message from another: the SHA-256 of its body, in hexadecimal."""
        return sha256(self.body).hexdigest()


class Taken(NamedTuple):
    """A message that the broker has delivered and waits to hear of, by its delivery tag."""

    tag: int
    delivery: Delivery


class Heard(NamedTuple):
    """A message that could be read."""

    delivery: Delivery
    envelope: Envelope
    event: Event
    traced: tracing.Member | None = None


def delivery_of(message: Any) -> Delivery:
    """What is kept of a py-amqp message, whatever a stranger has put into it."""
    headers = message.properties.get("application_headers") or {}
    body = message.body
    key = str(message.delivery_info.get("routing_key", ""))
    # The broker puts its own account first; whatever else is there may be a stranger's.
    death = _first_death(headers) if key.endswith(".dead") else {}
    return Delivery(
        body=body.encode() if isinstance(body, str) else bytes(body),
        routing_key=_told_as(death, key)[:LONGEST_KEY],
        origin=str(message.properties.get("user_id", "")),
        headers={name: str(headers[name])[:LONGEST_HEADER] for name in CARRIED if name in headers},
        death=str(death.get("reason", "")),
    )


def _first_death(headers: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(headers["x-death"][0])
    except (LookupError, TypeError, ValueError):
        return {}


def _told_as(death: dict[str, Any], key: str) -> str:
    """How it was published; what comes by way of a dead-letter queue has that queue's name for a key."""
    try:
        return str(death["routing-keys"][0])
    except (LookupError, TypeError):
        return key
