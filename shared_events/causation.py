"""Why something is told: the request that began it all, and the event that came right before."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_headers: ContextVar[dict[str, str] | None] = ContextVar("causation", default=None)


@contextmanager
def started_by(correlation_id: str) -> Iterator[None]:
    """Whatever is told inside belongs to this request."""
    token = _headers.set({"correlation_id": correlation_id})
    try:
        yield
    finally:
        _headers.reset(token)


@contextmanager
def because_of(event_id: str, headers: Mapping[str, str]) -> Iterator[None]:
    """Whatever is told inside answers this event, and belongs to the request that the event belongs to."""
    correlation_id = headers.get("correlation_id", event_id)
    token = _headers.set({"correlation_id": correlation_id, "causation_id": event_id})
    try:
        yield
    finally:
        _headers.reset(token)


def headers() -> dict[str, str]:
    """What an event told right now carries: correlation and causation id, as far as they are known."""
    return dict(_headers.get() or {})
