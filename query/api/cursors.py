"""Places in a list as the opaque text that an address carries."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from query.queries import Position

# Whether to newer rows, microseconds since 1970, id: 27 bytes, which are 36 characters without padding.
FORMAT = struct.Struct(">?xxq16s")
LENGTH = 36
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def encode(position: Position) -> str:
    micros = (position.moment - EPOCH) // MICROSECOND
    return urlsafe_b64encode(FORMAT.pack(position.to_newer, micros, position.id.bytes)).decode()


def decode(text: str) -> Position:
    """Read a cursor, which anybody can forge; raises ValueError for whatever cannot be one of ours."""
    if len(text) != LENGTH:
        raise ValueError("a cursor has another length")
    packed = urlsafe_b64decode(text.encode("ascii"))
    if len(packed) != FORMAT.size:
        raise ValueError("a cursor has other characters")
    to_newer, micros, key = FORMAT.unpack(packed)
    try:
        moment = EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise ValueError("no calendar reaches so far") from None
    return Position(moment, UUID(bytes=key), to_newer)
