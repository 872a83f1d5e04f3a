"""Pipelined publishing with pika, as fast as it goes: the limit for any relay, and how queues are filled.

`python -m benchmarks.publish <amqp url> <exchange> <routing key, or - for the event's type> <count>` prints a
line of JSON: messages per second from the first twentieth to the last confirm, and the peak of memory in KiB.
"""

import json
import sys
import time
from typing import Any

import pika

from benchmarks import events, usage
from benchmarks.clock import WARM_UP
from shared_events.envelope import CONTENT_TYPE, seal

UNCONFIRMED = 2000  # messages; more only fills buffers
PORTION = 250  # messages written before confirms are looked at again


class Pipeline:
    """Publishes prepared messages over one connection and notes when the broker had confirmed how many."""

    def __init__(self, url: str, messages: list[tuple[Any, ...]]) -> None:
        self._messages = messages
        self._sent = self._confirmed = 0
        self._warm = max(1, int(len(messages) * WARM_UP))
        self.began_with, self.began, self.ended = 0, 0.0, 0.0
        self._connection = pika.SelectConnection(pika.URLParameters(url), on_open_callback=self._opened)

    def run(self) -> None:
        self._connection.ioloop.start()
        if self._confirmed < len(self._messages):
            raise SystemExit(f"the broker confirmed {self._confirmed} of {len(self._messages)} messages")

    @property
    def rate(self) -> float:
        """Messages per second after the warm-up."""
        return (self._confirmed - self.began_with) / (self.ended - self.began)

    def _opened(self, connection: Any) -> None:
        connection.add_on_close_callback(lambda closed, reason: closed.ioloop.stop())
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        channel.confirm_delivery(self._answered, callback=lambda _: self._send())

    def _send(self) -> None:
        while self._sent < len(self._messages) and self._sent - self._confirmed < UNCONFIRMED:
            for message in self._messages[self._sent : self._sent + PORTION]:
                self._channel.basic_publish(*message, mandatory=True)
                self._sent += 1

    def _answered(self, frame: Any) -> None:
        if not isinstance(frame.method, pika.spec.Basic.Ack):
            self._connection.close()
            return
        self._confirmed = frame.method.delivery_tag if frame.method.multiple else self._confirmed + 1
        if not self.began and self._confirmed >= self._warm:
            self.began_with, self.began = self._confirmed, time.perf_counter()
        if self._confirmed >= len(self._messages):
            self.ended = time.perf_counter()
            self._connection.close()
        elif self._sent - self._confirmed <= UNCONFIRMED - PORTION:
            self._send()


def messages(exchange: str, routing_key: str, user: str, count: int) -> list[tuple[Any, ...]]:
    """What the relay would publish, property by property."""
    made = []
    for event in events.posts(count):
        event_id, body = seal(event)
        properties = pika.BasicProperties(
            message_id=str(event_id),
            type=event.type,
            content_type=CONTENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent.value,
            user_id=user,
            headers={},
        )
        made.append((exchange, event.type if routing_key == "-" else routing_key, body, properties))
    return made


def main(url: str, exchange: str, routing_key: str, count: str) -> None:
    user = pika.URLParameters(url).credentials.username
    pipeline = Pipeline(url, messages(exchange, routing_key, user, int(count)))
    pipeline.run()
    print(json.dumps({"rate": pipeline.rate, "peak": usage.peak("self")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
