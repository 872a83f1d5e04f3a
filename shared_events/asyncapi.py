"""Who tells what on the broker, as AsyncAPI 3 has it: https://www.asyncapi.com/docs/reference/specification/v3.0.0.

For those who would hear events with other means than this package: committed beside it, as
`manage.py posts schemas` writes it.
"""

from pathlib import Path
from typing import Any

import msgspec

from shared_events import topology, tracing
from shared_events.catalogue import EVENTS, OWNERS, Event
from shared_events.envelope import CONTENT_TYPE, Envelope, schema_name

FILE = Path(__file__).with_name("asyncapi.json")
ABOUT = (
    "Every event is a CloudEvent in structured JSON and carries the whole state of its subject: version n "
    "replaces each version below it, in whatever order they come, and however often. A queue of your own, "
    "bound to an exchange by types of events, is all it takes to hear. A reader skips what it does not know."
)
HEADERS = ("correlation_id", "causation_id", *tracing.HEADERS)


def document() -> bytes:
    """The whole description, indented, with a newline at its end."""
    _, schemas = msgspec.json.schema_components(EVENTS, ref_template="#/components/schemas/{name}")
    described = {
        "asyncapi": "3.0.0",
        "info": {"title": "Tidings: events", "version": "1", "description": ABOUT},
        "defaultContentType": CONTENT_TYPE,
        "channels": {topology.exchange_of(owner): _channel(owner) for owner in OWNERS},
        "operations": {f"{owner}.tells": _operation(owner) for owner in OWNERS},
        "components": {"messages": {kind.type: _message(kind) for kind in EVENTS}, "schemas": schemas},
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"


def write() -> list[Path]:
    """Bring the committed description up to the catalogue; returns what changed."""
    if FILE.exists() and FILE.read_bytes() == document():
        return []
    FILE.write_bytes(document())
    return [FILE]


def _told_by(owner: str) -> list[type[Event]]:
    return [kind for kind in EVENTS if kind.owner() == owner]


def _channel(owner: str) -> dict[str, Any]:
    exchange = {"name": topology.exchange_of(owner), "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": topology.exchange_of(owner),
        "description": f"What {owner} tells; the routing key is the type of the event.",
        "messages": {kind.type: {"$ref": f"#/components/messages/{kind.type}"} for kind in _told_by(owner)},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _operation(owner: str) -> dict[str, Any]:
    channel = f"#/channels/{topology.exchange_of(owner)}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{kind.type}"} for kind in _told_by(owner)],
        "bindings": {"amqp": {"deliveryMode": 2, "userId": owner, "bindingVersion": "0.3.0"}},
    }


def _message(kind: type[Event]) -> dict[str, Any]:
    return {
        "name": kind.type,
        "title": kind.__name__,
        "summary": (kind.__doc__ or "").partition("\n")[0],
        "contentType": CONTENT_TYPE,
        "tags": [{"name": kind.category.value}],
        "headers": {"type": "object", "properties": {name: {"type": "string"} for name in HEADERS}},
        "payload": _payload(kind),
    }


def _payload(kind: type[Event]) -> dict[str, Any]:
    """The envelope, with what it says of this event and no other."""
    envelope: dict[str, Any] = msgspec.json.schema(Envelope)["$defs"]["Envelope"]
    own = {
        "source": {"const": f"/{kind.owner()}"},
        "type": {"const": kind.type},
        "dataschema": {"const": schema_name(kind)},
        "data": {"$ref": f"#/components/schemas/{kind.__name__}"},
    }
    return {
        "type": "object",
        "properties": envelope["properties"] | own,
        "required": envelope["required"],
    }
