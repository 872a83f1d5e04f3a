"""Messages that can never be applied, with the numbers of the checklist; the tests of hearing share them."""

import gzip
import json
import pickle
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from shared_events.envelope import seal
from shared_events.tests.events import comment_created

Change = Callable[[bytes], bytes]

NO_ENVELOPE, BAD_DATA = "not_an_envelope", "invalid_data"


class Poison(NamedTuple):
    """How a good message is spoilt, and the one word that says why it was parked."""

    spoil: Change
    reason: str

    def body(self, comment_id: UUID) -> bytes:
        """The spoilt message about a comment."""
        good = seal(comment_created(comment_id))[1]
        spoilt = self.spoil(good)
        assert spoilt != good
        return spoilt


def instead(content: bytes) -> Change:
    return lambda good: content


def swap(old: bytes, new: bytes) -> Change:
    """The first of these texts is another."""
    return lambda good: good.replace(old, new, 1)


def without(attribute: str) -> Change:
    return lambda good: json.dumps({k: v for k, v in json.loads(good).items() if k != attribute}).encode()


def attribute(name: str, value: object) -> Change:
    return lambda good: json.dumps(json.loads(good) | {name: value}).encode()


def number(field: str, text: str) -> Poison:
    """Another number than 1 in a field of the data."""
    return Poison(swap(f'"{field}":1'.encode(), f'"{field}":{text}'.encode()), BAD_DATA)


REQUIRED = ("specversion", "id", "source", "type", "subject", "time", "dataschema", "sequence", "data")
VERSIONS = ("0", "-1", str(2**63), str(2**63 - 1), "10000000000", "1.5", "1e400", "true", '"1"')
EDITIONS = ("0", str(2**63), "null")

BODIES = {
    "S113 nothing": Poison(instead(b""), NO_ENVELOPE),
    "S113 a brace": Poison(instead(b"{"), NO_ENVELOPE),
    "S113 no JSON": Poison(instead(b"hello"), NO_ENVELOPE),
    "S113 a list": Poison(instead(b"[]"), NO_ENVELOPE),
    "S113 NUL bytes": Poison(instead(b"\0\0\0"), NO_ENVELOPE),
    "S113 invalid UTF-8": Poison(swap(b"Hello", b"\xff\xfe"), BAD_DATA),
    "S113 5,000 deep": Poison(instead(b"[" * 5_000), NO_ENVELOPE),
    "S113 data 5,000 deep": Poison(swap(b'"Hello"', b"[" * 5_000 + b"]" * 5_000), NO_ENVELOPE),
    "S113 gzip": Poison(gzip.compress, NO_ENVELOPE),
}
ATTRIBUTES = {
    **{f"S114 no {name}": Poison(without(name), NO_ENVELOPE) for name in REQUIRED},
    **{
        f"S114 {name} is {value!r}": Poison(attribute(name, value), NO_ENVELOPE)
        for name, value in {"id": 1, "type": None, "source": [], "time": "soon", "sequence": 1}.items()
    },
    "S114 data is a text": Poison(attribute("data", "x"), BAD_DATA),
    "S114 another's source": Poison(attribute("source", "/posts"), BAD_DATA),
    "S114 another's subject": Poison(attribute("subject", str(UUID(int=7))), BAD_DATA),
    "S114 another's sequence": Poison(attribute("sequence", "0000000002"), BAD_DATA),
}
KINDS = {
    "S115 an unknown type": Poison(swap(b"comment.created", b"comment.vanished"), "unknown_type"),
    "S115 an unknown major version": Poison(swap(b"created:v1", b"created:v2"), "unknown_schema"),
    "S115 a required field is missing": Poison(swap(b'"author":"bob",', b""), BAD_DATA),
}
VALUES = {
    "S116 NUL in a text": Poison(swap(b"Hello", b"a\\u0000b"), BAD_DATA),
    "S116 a lone surrogate": Poison(swap(b"Hello", b"a\\ud800 b"), NO_ENVELOPE),
    "S116 a number for a text": Poison(swap(b'"Hello"', b"7"), BAD_DATA),
    "S116 an unknown word": Poison(swap(b'"status":"pending"', b'"status":"lost"'), BAD_DATA),
    "S116 the year 10000": Poison(swap(b"2020-01-02", b"10000-01-01"), BAD_DATA),
    "S116 a year that is 10000 in UTC": Poison(
        swap(b"2020-01-02T03:04:05Z", b"9999-12-31T23:59:59-14:00"), BAD_DATA
    ),
    "S116 a year that is 0 in UTC": Poison(
        swap(b"2020-01-02T03:04:05Z", b"0001-01-01T00:00:00+14:00"), BAD_DATA
    ),
    "S116 a time without a zone": Poison(swap(b"03:04:05Z", b"03:04:05"), BAD_DATA),
    **{f"S116 a version of {text}": number("version", text) for text in VERSIONS},
    **{f"S116 an edition of {text}": number("edition", text) for text in EDITIONS},
}
CONTENT_TYPES = {
    "S118 pickle": Poison(instead(pickle.dumps(UUID(int=1))), NO_ENVELOPE),
    "S118 YAML": Poison(instead(b"!!python/object/apply:os.abort []"), NO_ENVELOPE),
}
ALL = {**BODIES, **ATTRIBUTES, **KINDS, **VALUES, **CONTENT_TYPES}
