"""One channel to the broker, in a thread of its own, renewed for ever.

The thread serves heartbeats, alarms and confirms while the relay is busy in the database: with pika's
BlockingConnection a slow database would cost the connection.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pika
from pika.exceptions import ChannelClosedByBroker, StreamLostError

from shared_events import metrics
from shared_events.relay.nodes import nodes
from shared_events.relay.owner import Owner

log = logging.getLogger(__name__)

RECONNECT_AFTER = 0.5  # seconds
POLITE = 2.0  # seconds that a silent connection is given to close


class Link:
    """Keeps a channel open; ``ready`` is set while it is and the broker has raised no alarm."""

    def __init__(self, url: str, owner: Owner, *, name: str) -> None:
        self._nodes = nodes(url, name)
        self._owner = owner
        self.ready = threading.Event()
        self._alarmed = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # around the life of the connection, which other threads wake
        self._connection: Any = None
        self._refusal: object = None
        self._thread = threading.Thread(target=self._serve, name="broker", daemon=True)

    # ---- from any thread

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the connection and end the thread."""
        self._stopping.set()
        self.drop()
        self._thread.join(10)

    def wake(self) -> None:
        """Have the owner called in the link's thread, unless there is no connection."""
        self._soon(self._owner.woken)

    @property
    def alarmed(self) -> bool:
        """Whether the broker has said that it takes nothing for now."""
        return self._alarmed.is_set()

    def drop(self) -> None:
        """Replace the connection, also if its other end never answers again."""
        self.ready.clear()
        self._soon(self._close)

    def _soon(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.ioloop.add_callback_threadsafe(work)

    # ---- in the link's thread

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve_connection()
            except Exception:  # without this thread the outbox would wait for ever
                log.exception("a connection to the broker could not be made or left in order")
                self._stopping.wait(RECONNECT_AFTER)

    def _serve_connection(self) -> None:
        connection = pika.SelectConnection(
            next(self._nodes),
            on_open_callback=self._connected,
            on_open_error_callback=self._not_connected,
            on_close_callback=self._closed,
        )
        with self._lock:
            self._connection, self._refusal = connection, None
        try:
            connection.ioloop.start()  # returns when the connection is gone
        except Exception:  # whatever it was, the next connection may be better, and the outbox waits
            log.exception("the connection to the broker failed")
        with self._lock:
            self._connection = None
        self._lift_alarm()
        self.ready.clear()
        self._owner.lost(self._refusal)
        connection.ioloop.close()
        self._stopping.wait(0 if isinstance(self._refusal, ChannelClosedByBroker) else RECONNECT_AFTER)

    def _connected(self, connection: Any) -> None:
        if self._stopping.is_set():
            connection.close()
            return
        connection.add_on_connection_blocked_callback(self._blocked)
        connection.add_on_connection_unblocked_callback(self._unblocked)
        connection.channel(on_open_callback=self._channel_opened)

    def _not_connected(self, connection: Any, error: object) -> None:
        log.warning("the broker cannot be reached: %r", error)  # as text, most of pika's say nothing
        self._refusal = error
        connection.ioloop.stop()

    def _channel_opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self._channel_closed)
        self._owner.opened(channel)
        self.ready.set()

    def _blocked(self, _connection: object, _method: object) -> None:
        log.error("the broker has raised an alarm and takes nothing for now: rabbitmqctl status names it")
        self._alarmed.set()
        metrics.RELAY_ALARMED.set(1)
        self.ready.clear()

    def _unblocked(self, _connection: object, _method: object) -> None:
        log.info("the broker has lifted its alarm")
        self._lift_alarm()
        self.ready.set()

    def _lift_alarm(self) -> None:
        self._alarmed.clear()
        metrics.RELAY_ALARMED.set(0)

    def _channel_closed(self, channel: Any, reason: object) -> None:
        self.ready.clear()
        self._refusal = reason
        self._leave(channel.connection)

    def _closed(self, connection: Any, reason: object) -> None:
        self._refusal = self._refusal or reason
        connection.ioloop.stop()

    def _close(self) -> None:
        self._leave(self._connection)

    def _leave(self, connection: Any) -> None:
        if connection.is_open:  # pika itself gives up one that is opening, and one that is closing is left
            connection.ioloop.call_later(POLITE, lambda: self._abort(connection))
            connection.close()

    @staticmethod
    def _abort(connection: Any) -> None:
        # Whoever is silent answers no farewell either. pika has no public way to leave without one; its own
        # heartbeat does it like this.
        if not connection.is_closed:
            connection._terminate_stream(StreamLostError("no answer to a farewell"))
