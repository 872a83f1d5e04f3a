"""Batches from the outbox to the broker: claimed, sent, and settled once the broker has answered."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import pika
from django.utils import timezone

from shared_events import configuration, metrics, setting_aside, topology, tracing
from shared_events.envelope import CONTENT_TYPE
from shared_events.models import OutboxEntry
from shared_events.relay.claiming import Claimed, claim
from shared_events.relay.confirms import Batch, Fate, Message, NotAsItIs, Unconfirmed
from shared_events.relay.marking import mark
from shared_events.relay.publisher import Meanwhile, Publisher, nothing

LARGEST_BATCH = 500
MOST_BATCHES = 20  # in a row, before the relay looks after other things
REASONS = {
    Fate.UNROUTABLE: "no queue takes it: has `topology` been run?",
    Fate.REFUSED: "the broker refused it: is a queue full?",
}


class Sent(NamedTuple):
    """A batch on its way."""

    claimed: list[Claimed]
    batch: Batch
    traced: tracing.Batch | None


class Carrier:
    """Carries what waits, oldest first; ``user`` is who publishes, as the broker knows him."""

    def __init__(self, publisher: Publisher, *, user: str) -> None:
        self._publisher = publisher
        self._user = user
        self._exchange = topology.exchange_of(configuration.service())
        self._size = LARGEST_BATCH
        self.more_may_wait = False  # than was found when it was looked last

    def carry(self, meanwhile: Meanwhile = nothing) -> int:
        """Carry what waits, some thousands at most; returns how many were published or set aside.

        While the confirms of one batch are on their way, the next is read and sent. No transaction is open
        while the broker is waited for; ``meanwhile`` is called now and then. Raises Unconfirmed if the fate
        of any is unknown: its whole batch still waits then.
        """
        carried, sent = 0, self._send(0, meanwhile)
        for turn in range(1, MOST_BATCHES + 1):
            if sent is None:
                break
            # A batch that closes in on what can never be published must be alone, or another is blamed.
            ahead = self.more_may_wait and self._size == LARGEST_BATCH and turn < MOST_BATCHES
            following = self._send(sent.claimed[-1].pk, meanwhile) if ahead else None
            carried += self._finish(sent, alone=following is None, meanwhile=meanwhile)
            sent = following
        return carried

    def _send(self, after: int, meanwhile: Meanwhile) -> Sent | None:
        # Every run begins at 0 again: a lower id may be committed after a higher one.
        claimed = claim(after=after, at_most=self._size)
        self.more_may_wait = len(claimed) == self._size
        if not claimed:
            return None
        traced = tracing.begin("publish", publishes=True)
        messages = [self._message(entry, traced) for entry in claimed]
        return Sent(claimed, self._publisher.send(messages, meanwhile), traced)

    def _finish(self, sent: Sent, *, alone: bool, meanwhile: Meanwhile) -> int:
        try:
            fates = self._publisher.wait(sent.batch, meanwhile)
        except Unconfirmed as failure:
            if sent.traced:
                sent.traced.end(failure)
            if isinstance(failure, NotAsItIs):
                return self._close_in(sent.claimed, failure, alone=alone)
            raise
        if sent.traced:
            sent.traced.end()
        self._size = min(LARGEST_BATCH, self._size * 2)
        self.settle(sent.claimed, fates)
        return len(fates)

    def settle(self, claimed: Sequence[Claimed], fates: Mapping[UUID, Fate]) -> None:
        """Write down what the broker said."""
        found: dict[Fate, list[int]] = {}
        for entry in claimed:
            found.setdefault(fates[entry.event_id], []).append(entry.pk)
        confirmed = found.pop(Fate.CONFIRMED, [])
        mark(confirmed)
        for fate, keys in found.items():
            setting_aside.rest(keys, REASONS[fate])
            metrics.RELAY_SET_ASIDE.inc(len(keys))
        metrics.RELAY_PUBLISHED.inc(len(confirmed))

    def _close_in(self, claimed: Sequence[Claimed], refusal: NotAsItIs, *, alone: bool) -> int:
        """Halve the batches until the one that can never be published stands alone, and set that aside."""
        if len(claimed) > 1 or not alone:
            self._size = max(1, len(claimed) // 2)
            raise refusal
        self._size = LARGEST_BATCH
        setting_aside.for_good([entry.pk for entry in claimed], str(refusal))
        metrics.RELAY_SET_ASIDE.inc()
        return len(claimed)

    @staticmethod
    def oldest() -> float:
        """For how many seconds the oldest entry has been waiting; 0 if none waits."""
        waiting = OutboxEntry.objects.filter(published_at=None, set_aside_at=None).order_by("id")
        told_at = waiting.values_list("told_at", flat=True).first()
        return (timezone.now() - told_at).total_seconds() if told_at else 0.0

    def _message(self, entry: Claimed, traced: tracing.Batch | None) -> Message:
        properties = pika.BasicProperties(
            message_id=str(entry.event_id),
            type=entry.type,
            content_type=CONTENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent.value,
            user_id=self._user,  # the broker refuses another's name, so consumers can trust it
            correlation_id=entry.headers.get("correlation_id"),
            headers=entry.headers if traced is None else _carried_on(entry, traced),
        )
        return Message(entry.event_id, self._exchange, entry.type, bytes(entry.body), properties)


def _carried_on(entry: Claimed, traced: tracing.Batch) -> dict[str, str]:
    """The headers that were kept with the entry, in whose trace its publishing comes next."""
    member = traced.member(f"publish {entry.type}", entry.headers, event_id=str(entry.event_id))
    return entry.headers | member.headers()
