"""Why something is told: the request that began it all, and the event that came right before."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from shared_events import tracing


class Told(NamedTuple):
    """An event that was told, in the words of a log line."""

    event_id: str
    type: str
    subject: str
    version: int


class Cause(NamedTuple):
    """What goes on: the headers of whatever is told, the words of each log line, what was told so far."""

    headers: dict[str, str]
    about: dict[str, str]
    told: list[Told]


_cause: ContextVar[Cause | None] = ContextVar("causation", default=None)


@contextmanager
def started_by(correlation_id: str) -> Iterator[Cause]:
    """Whatever is told inside belongs to this request."""
    with _within({"correlation_id": correlation_id}, {"request_id": correlation_id}) as cause:
        yield cause


@contextmanager
def because_of(event_id: str, headers: Mapping[str, str], *, subject: str = "") -> Iterator[None]:
    """Whatever is told inside answers this event, and belongs to the request that the event belongs to."""
    own = {"correlation_id": headers.get("correlation_id", event_id), "causation_id": event_id}
    # A service that traces nothing itself breaks nobody's trace.
    traced = {name: headers[name] for name in tracing.HEADERS if name in headers}
    with _within(own | traced, {"event_id": event_id, "subject": subject}):
        yield


@contextmanager
def _within(headers: dict[str, str], about: dict[str, str]) -> Iterator[Cause]:
    cause = Cause(headers, {"correlation_id": headers["correlation_id"], **about}, [])
    token = _cause.set(cause)
    try:
        yield cause
    finally:
        _cause.reset(token)


def headers() -> dict[str, str]:
    """What an event told right now carries: correlation, causation and trace, as far as they are known."""
    cause = _cause.get()
    found = dict(cause.headers) if cause else {}
    return found | tracing.tracer.headers() if tracing.tracer else found


def about() -> Mapping[str, str]:
    """What a log line says of why it is written."""
    cause = _cause.get()
    return cause.about if cause else {}


def note(event_id: UUID, type: str, subject: UUID, version: int) -> None:
    """An event was told, which the line about its request will name."""
    if cause := _cause.get():
        cause.told.append(Told(str(event_id), type, str(subject), version))


def last_told(subject: UUID) -> int:
    """The newest version of a thing that was told for the present cause; 0 if none was."""
    cause = _cause.get()
    return max((one.version for one in cause.told if one.subject == str(subject)), default=0) if cause else 0
