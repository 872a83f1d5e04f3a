"""A connection to the broker in a thread of its own: a batch goes out whole before its confirms are awaited.

The thread serves heartbeats, alarms and confirms while the relay is busy in the database. Waiting for each
confirm, as pika's BlockingConnection does, is an order of magnitude slower.
"""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any
from uuid import UUID

import pika
from pika.exceptions import ChannelClosedByBroker

from shared_events.relay.confirms import Batch, Fate, Message, Unconfirmed

log = logging.getLogger(__name__)

RECONNECT_AFTER = 0.5  # seconds
CONFIRM_WITHIN = 30.0  # seconds


class Publisher:
    """Publishes batches, one at a time, over a connection that it renews by itself."""

    def __init__(self, url: str, *, name: str) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.client_properties = {"connection_name": name}
        self._parameters.blocked_connection_timeout = 60
        self._lock = threading.Lock()
        self._ready = threading.Event()  # the channel is open, confirms are on, and no alarm is raised
        self._stopping = threading.Event()
        self._connection: Any = None
        self._channel: Any = None
        self._batch: Batch | None = None
        self._tag = 0
        self._thread = threading.Thread(target=self._serve, name="broker", daemon=True)

    # ---- the relay's thread

    def start(self) -> None:
        self._thread.start()

    def publish(self, messages: Sequence[Message], *, within: float = CONFIRM_WITHIN) -> dict[UUID, Fate]:
        """Publish messages and wait until the broker has answered for each; seconds are counted as a whole.

        Raises Unconfirmed if the fate of any is unknown.
        """
        if not messages:
            return {}
        if not self._ready.wait(within):
            raise Unconfirmed("the broker cannot be reached, or takes nothing")
        batch = Batch()
        with self._lock:
            if not self._ready.is_set():
                raise Unconfirmed("the connection to the broker was lost")
            connection, self._batch = self._connection, batch
            connection.ioloop.add_callback_threadsafe(lambda: self._send(batch, messages))
        try:
            return batch.fates.result(within)
        except FutureTimeout:
            self._give_up(batch, connection)
            raise Unconfirmed(f"no confirm within {within:.0f} s") from None

    def stop(self) -> None:
        """Close the connection and end the thread."""
        self._stopping.set()
        with self._lock:
            if self._ready.is_set():
                self._close_soon(self._connection)
        self._thread.join(10)

    def _give_up(self, batch: Batch, connection: Any) -> None:
        with self._lock:
            if self._batch is batch:
                self._batch = None
            if self._ready.is_set() and self._connection is connection:
                self._ready.clear()  # a silent connection is replaced; the next batch waits for it
                self._close_soon(connection)

    @staticmethod
    def _close_soon(connection: Any) -> None:
        connection.ioloop.add_callback_threadsafe(lambda: connection.is_open and connection.close())

    # ---- the broker's thread: the connection

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._connection = connection = pika.SelectConnection(
                self._parameters,
                on_open_callback=self._opened,
                on_open_error_callback=self._not_opened,
                on_close_callback=self._closed,
            )
            connection.ioloop.start()  # returns when the connection is gone
            connection.ioloop.close()
            self._stopping.wait(RECONNECT_AFTER)

    def _opened(self, connection: Any) -> None:
        connection.add_on_connection_blocked_callback(self._blocked)
        connection.add_on_connection_unblocked_callback(self._unblocked)
        connection.channel(on_open_callback=self._channel_opened)

    def _not_opened(self, connection: Any, error: object) -> None:
        log.warning("the broker cannot be reached: %s", error)
        connection.ioloop.stop()

    def _channel_opened(self, channel: Any) -> None:
        self._channel, self._tag = channel, 0
        channel.add_on_return_callback(self._returned)
        channel.add_on_close_callback(self._channel_closed)
        channel.confirm_delivery(self._answered, callback=self._confirms_are_on)

    def _confirms_are_on(self, _frame: object) -> None:
        if self._stopping.is_set():
            self._connection.close()
        else:
            self._ready.set()

    def _blocked(self, _connection: object, _method: object) -> None:
        log.warning("the broker has raised an alarm and takes nothing for now")
        self._ready.clear()

    def _unblocked(self, _connection: object, _method: object) -> None:
        log.info("the broker has lifted its alarm")
        self._ready.set()

    def _channel_closed(self, channel: Any, reason: object) -> None:
        if isinstance(reason, ChannelClosedByBroker):
            log.warning("the broker closed the channel: %s", reason)
        if channel.connection.is_open:
            channel.connection.close()

    def _closed(self, connection: Any, reason: object) -> None:
        with self._lock:  # no batch may slip in between
            self._ready.clear()
            self._fail(reason)
        connection.ioloop.stop()

    # ---- the broker's thread: messages

    def _send(self, batch: Batch, messages: Sequence[Message]) -> None:
        if batch is not self._batch:  # given up before its turn came
            return
        try:
            for message in messages:
                self._channel.basic_publish(*message[1:], mandatory=True)
                self._tag += 1  # counted after the call: one that raises has not used its tag
                batch.published(self._tag, message.event_id)
        except Exception as error:  # part of the batch may be out: all of it is published again
            self._ready.clear()
            self._fail(repr(error))
            if self._connection.is_open:
                self._connection.close()

    def _returned(self, _channel: object, _method: object, properties: Any, _body: bytes) -> None:
        if self._batch is not None:
            self._batch.returned(UUID(properties.message_id))

    def _answered(self, frame: Any) -> None:
        if self._batch is None:
            return
        self._batch.answered(frame.method)
        if self._batch.settle():
            self._batch = None

    def _fail(self, reason: object) -> None:
        batch, self._batch = self._batch, None
        if batch is not None:
            batch.fail(reason)
