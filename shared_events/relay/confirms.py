"""Which confirm of the broker belongs to which message of a batch."""

from concurrent.futures import Future
from enum import Enum
from itertools import takewhile
from typing import NamedTuple
from uuid import UUID

import pika
from pika.spec import Basic


class Fate(Enum):
    """What the broker said of a message."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNROUTABLE = "unroutable"


class Message(NamedTuple):
    """One message on its way; ``properties.message_id`` is its id."""

    event_id: UUID
    exchange: str
    routing_key: str
    body: bytes
    properties: pika.BasicProperties


class Unconfirmed(Exception):
    """The fate of part of a batch is unknown: it may have arrived, and must be published again."""


class NotAsItIs(Unconfirmed):
    """Something in the batch can never be published, and the broker does not say which message it is."""


class Batch:
    """Messages published together on one channel, until every one of them has its fate; no two share an id.

    Delivery tags count the publishes of a channel from 1. A returned message carries no tag, comes before its
    confirm, and is confirmed as well: the first word counts.
    https://www.rabbitmq.com/docs/confirms
    """

    def __init__(self) -> None:
        self.fates: Future[dict[UUID, Fate]] = Future()
        self._open: dict[int, UUID] = {}  # in the order of the tags
        self._sent: set[UUID] = set()
        self._known: dict[UUID, Fate] = {}

    @property
    def answers(self) -> int:
        """How many messages have their fate: as long as it grows, the broker is only slow."""
        return len(self._known)

    def published(self, tag: int, event_id: UUID) -> None:
        self._open[tag] = event_id
        self._sent.add(event_id)

    def returned(self, event_id: UUID) -> None:
        """Take word of a message that no queue takes, if it is one of these."""
        if event_id in self._sent:
            self._known.setdefault(event_id, Fate.UNROUTABLE)

    def answered(self, method: Basic.Ack | Basic.Nack) -> None:
        """Take a confirm; one for a tag that is not open belongs to another batch."""
        fate = Fate.CONFIRMED if isinstance(method, Basic.Ack) else Fate.REFUSED
        for tag in self._tags(method):
            event_id = self._open.pop(tag, None)
            if event_id is not None:
                self._known.setdefault(event_id, fate)

    def _tags(self, method: Basic.Ack | Basic.Nack) -> list[int]:
        if not method.multiple:
            return [method.delivery_tag]
        return list(takewhile(lambda tag: tag <= method.delivery_tag, self._open))

    def settle(self) -> bool:
        """Tell whoever waits, once everything that was published has its fate; returns whether that is so."""
        if self._open or not self._known:
            return False
        if not self.fates.done():
            self.fates.set_result(self._known)
        return True

    def fail(self, failure: Unconfirmed) -> None:
        """Tell whoever waits that the rest will never be known."""
        if not self.fates.done():
            self.fates.set_exception(failure)
