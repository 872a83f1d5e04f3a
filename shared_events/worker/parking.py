"""Putting a message aside, in the transaction of its batch, so that it blocks nothing behind it."""

from traceback import format_exception

from shared_events.models import ParkedEvent
from shared_events.worker.delivery import Delivery


def park(delivery: Delivery, *, reason: str, error: BaseException | None = None) -> None:
    """Keep a message as received, with why it could not be applied."""
    ParkedEvent.objects.create(
        body=delivery.body,
        routing_key=_storable(delivery.routing_key),
        headers={_storable(name): _storable(value) for name, value in delivery.headers.items()},
        origin=_storable(delivery.origin),
        reason=reason,
        message=_storable(str(error)) if error else "",
        traceback=_storable("".join(format_exception(error))) if error else "",
    )


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor lone surrogates in text; the body has the exact bytes."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
