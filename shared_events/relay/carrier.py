"""One batch from the outbox to the broker: claimed, sent, and settled once the broker has answered."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import pika
from django.utils import timezone

from shared_events import configuration, metrics, setting_aside, topology
from shared_events.envelope import CONTENT_TYPE
from shared_events.models import OutboxEntry
from shared_events.relay.confirms import Fate, Message, NotAsItIs
from shared_events.relay.publisher import Meanwhile, Publisher, nothing

LARGEST_BATCH = 500
REASONS = {
    Fate.UNROUTABLE: "no queue takes it: has `topology` been run?",
    Fate.REFUSED: "the broker refused it: is a queue full?",
}


class Claimed(NamedTuple):
    """What the relay needs of a waiting entry."""

    event_id: UUID
    type: str
    body: bytes | memoryview
    headers: dict[str, str]


class Carrier:
    """Carries what waits, oldest first; ``user`` is who publishes, as the broker knows him."""

    def __init__(self, publisher: Publisher, *, user: str) -> None:
        self._publisher = publisher
        self._user = user
        self._exchange = topology.exchange_of(configuration.service())
        self._size = LARGEST_BATCH

    def carry(self, meanwhile: Meanwhile = nothing) -> int:
        """Carry one batch; returns how many entries wait no more: published, or set aside with the reason.

        No transaction is open while the broker is waited for; ``meanwhile`` is called now and then. Raises
        Unconfirmed if the fate of any is unknown: all of the batch still waits then.
        """
        claimed = self.claim()
        if not claimed:
            return 0
        try:
            fates = self._publisher.publish([self._message(entry) for entry in claimed], meanwhile)
        except NotAsItIs as refusal:
            return self._close_in(claimed, refusal)
        self._size = min(LARGEST_BATCH, self._size * 2)
        self.settle(fates)
        return len(fates)

    def claim(self) -> list[Claimed]:
        """What waits, oldest first; not by a cursor: a lower id may be committed after a higher one."""
        waiting = OutboxEntry.objects.filter(published_at=None, set_aside_at=None).order_by("id")
        return [Claimed(*entry) for entry in waiting.values_list(*Claimed._fields)[: self._size]]

    @staticmethod
    def oldest() -> float:
        """For how many seconds the oldest entry has been waiting; 0 if none waits."""
        waiting = OutboxEntry.objects.filter(published_at=None, set_aside_at=None).order_by("id")
        told_at = waiting.values_list("told_at", flat=True).first()
        return (timezone.now() - told_at).total_seconds() if told_at else 0.0

    def settle(self, fates: Mapping[UUID, Fate]) -> None:
        """Write down what the broker said."""
        confirmed = [event_id for event_id, fate in fates.items() if fate is Fate.CONFIRMED]
        OutboxEntry.objects.filter(event_id__in=confirmed).update(published_at=timezone.now())
        for fate, reason in REASONS.items():
            setting_aside.rest([event_id for event_id, found in fates.items() if found is fate], reason)
        metrics.RELAY_PUBLISHED.inc(len(confirmed))
        metrics.RELAY_SET_ASIDE.inc(len(fates) - len(confirmed))

    def _close_in(self, claimed: list[Claimed], refusal: NotAsItIs) -> int:
        """Halve the batches until the one that can never be published stands alone, and set that aside."""
        if len(claimed) > 1:
            self._size = len(claimed) // 2
            raise refusal
        self._size = LARGEST_BATCH
        setting_aside.for_good([entry.event_id for entry in claimed], str(refusal))
        metrics.RELAY_SET_ASIDE.inc()
        return len(claimed)

    def _message(self, entry: Claimed) -> Message:
        properties = pika.BasicProperties(
            message_id=str(entry.event_id),
            type=entry.type,
            content_type=CONTENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent.value,
            user_id=self._user,  # the broker refuses another's name, so consumers can trust it
            correlation_id=entry.headers.get("correlation_id"),
            headers=entry.headers,
        )
        return Message(entry.event_id, self._exchange, entry.type, bytes(entry.body), properties)
