"""Publishing batches: all of one goes out before its confirms are awaited, and another may follow meanwhile.

Waiting for each confirm, as pika's BlockingChannel does, is an order of magnitude slower.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from pika.exceptions import ChannelClosedByBroker, ChannelWrongStateError, ConnectionWrongStateError

from shared_events.relay.confirms import Batch, Fate, Message, NotAsItIs, Unconfirmed
from shared_events.relay.link import Link

SILENCE = 10.0  # seconds without any answer after which a connection is taken for dead
PATIENCE = 0.5  # seconds between two calls of whoever has to look after something while it waits
RENEWED_AFTER = 3.0  # seconds of a connection's life before a refusal casts doubt on it
PRECONDITION_FAILED = 406  # what the broker answers to a message that is too large

Meanwhile = Callable[[], object]


def nothing() -> None:
    """What needs doing meanwhile, unless somebody says otherwise."""


class Publisher:
    """Publishes batches over a link that renews itself."""

    def __init__(self, url: str, *, name: str) -> None:
        self._link = Link(url, self, name=name)
        self._next: SimpleQueue[tuple[Batch, Sequence[Message]]] = SimpleQueue()
        self._open: list[Batch] = []  # sent, and not all of it confirmed
        self._channel: Any = None
        self._tag = 0
        self._opened_at = 0.0  # by the monotonic clock

    # ---- in the relay's thread

    def start(self) -> None:
        self._link.start()

    def stop(self) -> None:
        self._link.stop()

    def send(self, messages: Sequence[Message], meanwhile: Meanwhile = nothing) -> Batch:
        """Publish messages once the broker takes any; ``meanwhile`` is called now and then until it does.

        Raises Unconfirmed if it does not within SILENCE seconds.
        """
        self._wait_ready(meanwhile)
        batch = Batch()
        self._next.put((batch, messages))
        self._link.wake()
        return batch

    def _wait_ready(self, meanwhile: Meanwhile) -> None:
        until = time.monotonic() + SILENCE
        while not self._link.ready.wait(PATIENCE):
            meanwhile()
            if time.monotonic() > until:
                if not self._link.alarmed:  # it may be connected to a broker that never opens the channel
                    self._link.drop()
                raise Unconfirmed("the broker cannot be reached, or takes nothing")

    def wait(self, batch: Batch, meanwhile: Meanwhile = nothing) -> dict[UUID, Fate]:
        """The broker's answer to each message of a batch; ``meanwhile`` is called now and then until then.

        Raises Unconfirmed if the fate of any is unknown: nothing was heard for SILENCE seconds, or the
        connection is gone. Raises NotAsItIs if this batch, or one that was sent after it, is why.
        """
        answers, heard = 0, time.monotonic()
        while True:
            try:
                return self._heeded(batch.fates.result(PATIENCE))
            except FutureTimeout:
                meanwhile()
            if batch.answers > answers:
                answers, heard = batch.answers, time.monotonic()
            elif self._link.alarmed:  # silence is normal, and sending it all again would only add to it
                heard = time.monotonic()
            elif time.monotonic() - heard > SILENCE:
                self._link.drop()
                raise Unconfirmed(f"no confirm for {SILENCE:.0f} s")

    def _heeded(self, fates: dict[UUID, Fate]) -> dict[UUID, Fate]:
        # A channel that was opened while the leader of a queue went down may ask that node for ever, and
        # have all refused, although the queue has another leader: seen with three nodes of RabbitMQ 3.10.
        if Fate.REFUSED in fates.values() and time.monotonic() - self._opened_at > RENEWED_AFTER:
            self._link.drop()
        return fates

    # ---- in the link's thread

    def opened(self, channel: Any) -> None:
        self._channel, self._tag = channel, 0
        self._opened_at = time.monotonic()
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._answered)
        self.woken()

    def woken(self) -> None:
        while self._channel is not None:
            try:
                batch, messages = self._next.get_nowait()
            except Empty:
                return
            self._open.append(batch)
            self._send(batch, messages)

    def lost(self, reason: object) -> None:
        self._channel = None
        refused = isinstance(reason, ChannelClosedByBroker) and reason.reply_code == PRECONDITION_FAILED
        failure = NotAsItIs(str(reason)) if refused else Unconfirmed(str(reason))
        while not self._next.empty():  # put there for a connection that is gone
            self._open.append(self._next.get_nowait()[0])
        for batch in self._open:
            batch.fail(failure)
        self._open = []

    def _send(self, batch: Batch, messages: Sequence[Message]) -> None:
        try:
            for message in messages:
                self._channel.basic_publish(*message[1:], mandatory=True)
                self._tag += 1  # counted after the call: one that raises has not used its tag
                batch.published(self._tag, message.event_id)
        except (ChannelWrongStateError, ConnectionWrongStateError) as error:
            batch.fail(Unconfirmed(repr(error)))
        except Exception as error:  # part of a message may be out: nothing more can follow on this channel
            batch.fail(NotAsItIs(repr(error)))
            self._link.drop()

    def _returned(self, _channel: object, _method: object, properties: Any, _body: bytes) -> None:
        for batch in self._open:
            batch.returned(UUID(properties.message_id))

    def _answered(self, frame: Any) -> None:
        for batch in self._open:
            batch.answered(frame.method)
        self._open = [batch for batch in self._open if not batch.settle()]
