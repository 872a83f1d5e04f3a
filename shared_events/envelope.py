"""CloudEvents 1.0 in structured JSON: the one module that knows what an event looks like on the wire.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and its extension ``sequence``.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from shared_events.catalogue import BY_TYPE, Event

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
        """Decode the data; raises Unreadable for an unknown type or schema, or data that does not fit."""
        kind = BY_TYPE.get(self.type)
        if kind is None:
            raise Unreadable("unknown_type", f"no event of the catalogue has the type {self.type!r}")
        if self.dataschema != schema_name(kind):
            raise Unreadable("unknown_schema", f"{self.dataschema!r} is not {schema_name(kind)!r}")
        try:
            event = msgspec.json.decode(self.data, type=kind)
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


def schema_name(kind: type[Event]) -> str:
    """The URI of an event's schema: its type and major version."""
    return f"urn:tidings:{kind.type}:v{kind.major}"


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
