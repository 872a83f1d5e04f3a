"""What many rows come to in a few numbers, by which their owner and whoever has a copy compare."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from django.db import models

from shared_events.catalogue import Digests

ROWS_AT_ONCE = 5000
BYTES = 6  # of a hash: LARGEST_DIGEST has as many

ModelT = TypeVar("ModelT", bound=type[models.Model])


class Source(NamedTuple):
    """Where an owner keeps the things of one kind, and which of them others know of."""

    model: type[models.Model]
    told: models.Q


class Digested(NamedTuple):
    """What rows come to: how many there are, and the digest of each bucket."""

    things: int
    digests: list[int]


DIGESTED: dict[type[Digests], Source] = {}


def digested(kind: type[Digests], *, told: models.Q) -> Callable[[ModelT], ModelT]:
    """Tell digests of those rows of the decorated model that others know of.

    It has an ``id`` and a ``version``, which in these rows is the one that was told last.
    """

    def register(model: ModelT) -> ModelT:
        DIGESTED[kind] = Source(model, told)
        return model

    return register


def digest(rows: models.QuerySet[Any], *, buckets: int) -> Digested:
    """What rows with an ``id`` and a ``version`` come to, as ``catalogue.Digests`` has it.

    One statement, and so one moment; it is read piece by piece, and locks nothing.
    """
    things, found = 0, [0] * buckets
    pairs = rows.order_by().values_list("pk", "version")
    for key, version in pairs.iterator(chunk_size=ROWS_AT_ONCE):
        things += 1
        hashed = sha256(key.bytes + version.to_bytes(8, "big")).digest()
        found[key.int % buckets] ^= int.from_bytes(hashed[:BYTES], "big")
    return Digested(things, found)
