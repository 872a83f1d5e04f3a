"""CloudEvents 1.0 in structured JSON: the one module that knows what an event looks like on the wire.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and its extension ``sequence``.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from shared_events.catalogue import BY_TYPE, Event
from shared_events.catalogue.upcasters import UPCASTERS, upcast

CONTENT_TYPE = "application/cloudevents+json"


class Unreadable(Exception):
    """An envelope that this service cannot turn into an event; ``reason`` is one word for it."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The CloudEvents attributes around one event, whose data is not yet decoded."""

    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: str
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    sequence: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{10}$")]
    data: msgspec.Raw

    def event(self) -> Event:
        """Decode the data, of whichever major version it is.

        Raises Unreadable for an unknown type or schema, or data that does not fit.
        """
        kind = BY_TYPE.get(self.type)
        if kind is None:
            raise Unreadable("unknown_type", f"no event of the catalogue has the type {self.type!r}")
        try:
            event = msgspec.json.decode(_current_data(self, kind), type=kind)
            if _is_suspicious(bytes(self.data)):
                _refuse_what_no_database_keeps(event)
        except (ValueError, RecursionError) as error:
            raise Unreadable("invalid_data", str(error)) from error
        said = (f"/{kind.owner()}", str(event.subject_id), f"{event.version:010d}")
        if (self.source, self.subject, self.sequence) != said:
            raise Unreadable("invalid_data", "source, subject or sequence contradicts the data")
        return event


class _Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    dataschema: str
    sequence: str
    data: Event


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Envelope)


def schema_name(kind: type[Event], major: int | None = None) -> str:
    """The URI of an event's schema: its type and major version, by default the current one."""
    return f"urn:tidings:{kind.type}:v{major or kind.major}"


def _is_suspicious(data: bytes) -> bool:
    """Whether there may be a value that a database does not take, or takes and never gives back."""
    return b"\\u0000" in data or b'"0001-' in data or b'"9999-' in data


def _refuse_what_no_database_keeps(event: Event) -> None:
    """Raise ValueError for text with NUL in it, and for a time whose year in UTC is not from 1 to 9999."""
    for name in event.__struct_fields__:
        value = getattr(event, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and "\0" in one:
                raise ValueError(f"{name}: text must not contain NUL")
            if isinstance(one, datetime):
                _in_utc(name, one)


def _in_utc(name: str, time: datetime) -> None:
    try:
        time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{name}: {error}") from error


def _current_data(envelope: Envelope, kind: type[Event]) -> msgspec.Raw | bytes:
    """The data in the event's current major version."""
    if envelope.dataschema == schema_name(kind):
        return envelope.data
    for major in range(1, kind.major):
        if envelope.dataschema == schema_name(kind, major) and _leads_on(kind, major):
            return _upcast(envelope, kind, major)
    raise Unreadable("unknown_schema", f"{envelope.dataschema!r} is not {schema_name(kind)!r}")


def _leads_on(kind: type[Event], major: int) -> bool:
    """Whether there is an upcaster for every step from this version to the current one."""
    return all((kind.type, step) in UPCASTERS for step in range(major, kind.major))


def _upcast(envelope: Envelope, kind: type[Event], major: int) -> bytes:
    data = msgspec.json.decode(envelope.data, type=dict[str, Any])
    try:
        return msgspec.json.encode(upcast(kind.type, data, start=major, end=kind.major))
    except (LookupError, TypeError) as error:
        raise Unreadable("invalid_data", f"its upcaster from v{major}: {error!r}") from error


def seal(event: Event) -> tuple[UUID, bytes]:
    """Put an event into a new envelope; its id (UUIDv7) and the bytes for the wire."""
    outgoing = _Outgoing(
        id=uuid7(),
        source=f"/{event.owner()}",
        type=event.type,
        subject=str(event.subject_id),
        time=datetime.now(UTC),
        dataschema=schema_name(type(event)),
        sequence=f"{event.version:010d}",
        data=event,
    )
    return outgoing.id, _ENCODER.encode(outgoing)


def unseal(body: bytes) -> Envelope:
    """Read the envelope of one message; raises Unreadable for anything else."""
    try:
        return _DECODER.decode(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_an_envelope", str(error)) from error
