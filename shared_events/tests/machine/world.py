"""A broker that repeats and reorders, and a pool whose processes die: what the consumer has to live with."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from shared_events.worker import jobs
from shared_events.worker.delivery import Delivery
from shared_events.worker.lane import Lane

MANY_TURNS = 1000  # far more than any batch needs, whatever dies on the way


class Died(BaseException):
    """The process that applied a batch is gone; no code of ours may catch it."""


@dataclass
class Message:
    """What py-amqp would hand over."""

    delivery_tag: int
    delivery: Delivery

    @property
    def body(self) -> bytes:
        return self.delivery.body

    @property
    def properties(self) -> dict[str, Any]:
        return {"user_id": self.delivery.origin, "application_headers": self.delivery.headers}

    @property
    def delivery_info(self) -> dict[str, str]:
        return {"routing_key": self.delivery.routing_key}


class Broker:
    """Keeps what was published until it is acknowledged."""

    def __init__(self) -> None:
        self.ready: list[Delivery] = []
        self.unacked: dict[int, Delivery] = {}
        self._tag = 0

    def take(self, positions: list[int]) -> list[Message]:
        """Deliver some of what is ready, in the order asked for."""
        taken = []
        for position in positions:
            if self.ready:
                self._tag += 1
                self.unacked[self._tag] = self.ready.pop(position % len(self.ready))
                taken.append(Message(self._tag, self.unacked[self._tag]))
        return taken

    def give_back_unacked(self) -> None:
        self.ready += self.unacked.values()
        self.unacked.clear()

    # ---- as a channel

    def basic_qos(self, *arguments: Any) -> None:
        pass

    def basic_consume(self, *arguments: Any, **options: Any) -> None:
        pass

    def basic_ack(self, tag: int, multiple: bool) -> None:
        for known in [one for one in self.unacked if one <= tag]:
            del self.unacked[known]


class Worker:
    """The real lane on this broker; every job runs at once, and dies where the test says."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.death = ""  # "", "before commit" or "after commit": of the next job, once
        self.later: list[Callable[[], None]] = []
        self.results: list[Callable[[], None]] = []
        self.lane = Lane("queue", jobs.apply_job)
        self.lane.open(self)
        self.lane.begin()

    def receive(self, messages: list[Message]) -> None:
        """Hand messages to the lane, then let the pool work until it is idle."""
        for message in messages:
            self.lane._take(message)
        for _ in range(MANY_TURNS):
            if not (self.results or self.later):
                return
            (self.results or self.later).pop(0)()
        raise AssertionError("the batch is tried again and again, and never settled")

    # ---- as Celery's consumer

    hub = None

    @property
    def connection(self) -> Any:
        return SimpleNamespace(channel=lambda: self.broker)

    @property
    def pool(self) -> "Worker":
        return self

    @property
    def timer(self) -> Any:
        return SimpleNamespace(call_after=lambda _, work, values: self.later.append(lambda: work(*values)))

    def apply_async(self, job: Any, arguments: Any, *, callback: Any, error_callback: Any) -> None:
        def run() -> None:
            try:
                outcome = self._run(job, arguments)
            except Died as death:
                error_callback(SimpleNamespace(type=type(death)))
            else:
                callback(outcome)

        self.results.append(run)

    def _run(self, job: Any, arguments: Any) -> Any:
        death, self.death = self.death, ""
        if death == "before commit":
            with transaction.atomic():
                job(*arguments)
                raise Died
        outcome = job(*arguments)
        if death:
            raise Died
        return outcome
