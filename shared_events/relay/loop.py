"""The relay: from the outbox to the broker, in batches, and marked only after the confirm."""

import logging
import random
from collections.abc import Iterable, Mapping
from threading import Event as Flag
from uuid import UUID

import pika
import psycopg
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from shared_events import configuration, topology
from shared_events.envelope import CONTENT_TYPE
from shared_events.models import OutboxEntry
from shared_events.relay.confirms import Fate, Message, Unconfirmed
from shared_events.relay.leadership import Leadership
from shared_events.relay.publisher import Publisher

log = logging.getLogger(__name__)

BATCH_SIZE = 500
LOOK_AGAIN_AFTER = 1.0  # seconds, should a notification ever be lost
LONGEST_PAUSE = 5.0  # seconds


class Relay:
    """Carries what this service has told; any number may run, one leads."""

    def __init__(self, publisher: Publisher, leadership: Leadership, *, user: str) -> None:
        self._publisher = publisher
        self._leadership = leadership
        self._user = user
        self._exchange = topology.exchange_of(configuration.service())
        self.stopping = Flag()

    def run(self) -> None:
        """Carry until told to stop, whatever the broker and the database do meanwhile."""
        failures = 0
        while not self.stopping.is_set():
            try:
                self._turn()
                failures = 0
            except (Unconfirmed, DatabaseFailure, psycopg.Error) as error:
                failures += 1
                pause = min(LONGEST_PAUSE, 0.1 * 2**failures) * random.uniform(0.5, 1)
                log.warning("%s: %s; trying again in %.1f s", type(error).__name__, error, pause)
                self._start_afresh()
                self.stopping.wait(pause)
        self._leadership.resign()

    def _turn(self) -> None:
        if not self._leadership.lead() or self.carry() == 0:
            self._leadership.wait(LOOK_AGAIN_AFTER, self.stopping)

    def carry(self) -> int:
        """Publish one batch of what waits; returns how many the broker has taken or this relay has set aside.

        No transaction is open while the broker is waited for. Raises Unconfirmed if it does not answer.
        """
        waiting = OutboxEntry.objects.filter(published_at=None, set_aside_at=None).order_by("id")
        entries = list(waiting.values_list("event_id", "type", "body", "headers")[:BATCH_SIZE])
        fates = self._publisher.publish([self._message(*entry) for entry in entries])
        confirmed = _with_fate(fates, Fate.CONFIRMED)
        unroutable = _with_fate(fates, Fate.UNROUTABLE)
        if confirmed:
            _entries(confirmed).update(published_at=timezone.now())
        if unroutable:
            log.error(
                "set aside %d events that no queue takes: has the topology been declared?", len(unroutable)
            )
            _entries(unroutable).update(set_aside_at=timezone.now(), set_aside_because="no queue takes it")
        return len(confirmed) + len(unroutable)

    def _message(
        self, event_id: UUID, kind: str, body: bytes | memoryview, headers: dict[str, str]
    ) -> Message:
        properties = pika.BasicProperties(
            message_id=str(event_id),
            type=kind,
            content_type=CONTENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent.value,
            user_id=self._user,  # the broker refuses another's name, so consumers can trust it
            correlation_id=headers.get("correlation_id"),
            headers=headers,
        )
        return Message(event_id, self._exchange, kind, bytes(body), properties)

    def _start_afresh(self) -> None:
        self._leadership.resign()
        connection.close()


def _with_fate(fates: Mapping[UUID, Fate], wanted: Fate) -> list[UUID]:
    return [event_id for event_id, fate in fates.items() if fate is wanted]


def _entries(event_ids: Iterable[UUID]) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(event_id__in=event_ids)
