"""For the tests of services: hand events in as the worker would, and read what was told."""

from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from shared_events import handlers
from shared_events.catalogue import BY_TYPE, Event, compatibility
from shared_events.catalogue.compatibility import Kind
from shared_events.catalogue.examples import Data, examples
from shared_events.catalogue.upcasters import upcast
from shared_events.configuration import trusted_user
from shared_events.envelope import schema_name, seal, unseal
from shared_events.models import OutboxEntry
from shared_events.worker.batch import apply_batch
from shared_events.worker.delivery import Delivery


def sealed(event: Event) -> Delivery:
    """The message that carries an event; handing in the same one twice is a repeated delivery."""
    return Delivery(body=seal(event)[1], routing_key=event.type, origin=trusted_user(event.owner()))


def deliver(*events: Event | Delivery) -> int:
    """Apply one batch of events, through real JSON, as the worker does; returns how many were parked."""
    return apply_batch([event if isinstance(event, Delivery) else sealed(event) for event in events])


def told() -> list[Event]:
    """Everything that this service has told so far, in order."""
    return [unseal(bytes(entry.body)).event() for entry in OutboxEntry.objects.order_by("id")]


def told_by_the_last_release() -> list[Delivery]:
    """Messages as the last release told them, in every form that its schemas allow, of what is heard here."""
    heard = {event.type for event in handlers.heard()}
    found = [
        _message(kind, data, number)
        for kind, schema in compatibility.released().items()
        for number, data in enumerate(examples(schema))
        if kind.type in heard
    ]
    assert found, "nothing that is heard here was told by the last release"
    return found


def _message(kind: Kind, data: Data, number: int) -> Delivery:
    """Each is about a thing of its own, so that none is overtaken by another."""
    now = BY_TYPE[kind.type]
    data = {**data, now.subject: _id(f"{kind} {number}")}
    current = upcast(kind.type, dict(data), start=kind.major, end=now.major)
    envelope = {
        "specversion": "1.0",
        "id": _id(f"event {kind} {number}"),
        "source": f"/{now.owner()}",
        "type": kind.type,
        "subject": current[now.subject],
        "time": "2020-01-02T03:04:05Z",
        "datacontenttype": "application/json",
        "dataschema": schema_name(now, kind.major),
        "sequence": f"{data['version']:010d}",
        "data": data,
    }
    body = msgspec.json.encode(envelope)
    return Delivery(body=body, routing_key=kind.type, origin=trusted_user(now.owner()))


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)
