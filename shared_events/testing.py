"""For the tests of services: hand events in as the worker would, and read what was told."""

from shared_events.catalogue import Event
from shared_events.configuration import trusted_user
from shared_events.envelope import seal, unseal
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
