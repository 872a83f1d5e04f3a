from types import SimpleNamespace

from shared_events.tests.machine.world import Message
from shared_events.worker import jobs, pace
from shared_events.worker.delivery import Delivery
from shared_events.worker.lane import LARGEST_BATCH, Lane

LONG = 3600.0  # seconds: no test waits for so long


class Worker:
    """A lane whose batches are applied, and whose timers ring, when the test says so."""

    hub = None

    def __init__(self, every):
        self.batches, self.timers, self.acked = [], [], []
        self.pool = SimpleNamespace(apply_async=self._apply)
        self.timer = SimpleNamespace(call_after=lambda _, work, values: self.timers.append((work, values)))
        channel = SimpleNamespace(
            basic_qos=lambda *_: None,
            basic_consume=lambda *_, **options: None,
            basic_ack=lambda tag, multiple: self.acked.append(tag),
        )
        self.connection = SimpleNamespace(channel=lambda: channel)
        self.lane = Lane("queue", jobs.apply_job, every=every)
        self.connect()

    def connect(self):
        self.lane.open(self)
        self.lane.begin()

    def _apply(self, job, arguments, callback, error_callback):
        [deliveries] = arguments
        self.batches.append([int(delivery.body) for delivery in deliveries])
        self._done = lambda: callback(jobs.Outcome(applied=len(deliveries)))

    def take(self, *tags):
        for tag in tags:
            self.lane._take(Message(tag, Delivery(body=str(tag).encode())))

    def settle(self):
        self._done()

    def settle_later(self):
        """What the pool will answer to the batch that is under way, whenever it is called."""
        return self._done

    def ring(self):
        rung, self.timers = self.timers, []
        for work, values in rung:
            work(*values)


def test_the_first_batch_after_a_quiet_time_begins_at_once():
    worker = Worker(every=LONG)
    worker.take(1)

    assert worker.batches == [[1]]


def test_what_comes_during_a_pause_is_one_batch(monkeypatch):
    worker = Worker(every=LONG)
    worker.take(1)
    worker.settle()
    worker.take(2, 3, 4)
    later = pace.monotonic() + LONG
    monkeypatch.setattr(pace, "monotonic", lambda: later)
    worker.ring()
    worker.settle()

    assert worker.batches == [[1], [2, 3, 4]]
    assert worker.acked == [1, 4]


def test_a_pause_that_is_not_over_calls_once_more_and_not_for_each_message():
    worker = Worker(every=LONG)
    worker.take(1)
    worker.settle()
    worker.take(2, 3, 4)
    worker.ring()

    assert worker.batches == [[1]]
    assert len(worker.timers) == 1


def test_a_full_batch_waits_for_no_pause():
    worker = Worker(every=LONG)
    worker.take(1)
    worker.settle()
    worker.take(*range(2, 2 + LARGEST_BATCH))

    assert len(worker.batches[1]) == LARGEST_BATCH


def test_without_a_pause_nothing_waits():
    worker = Worker(every=0.0)
    worker.take(1)
    worker.settle()
    worker.take(2)

    assert worker.batches == [[1], [2]]
    assert worker.timers == []


def test_whoever_waits_for_the_end_of_a_pause_is_called_on_the_next_connection_as_well():
    worker = Worker(every=LONG)
    worker.take(1)
    worker.settle()
    worker.take(2)
    worker.lane.abandon()
    worker.timers.clear()  # they belong to the connection that is gone
    worker.connect()
    worker.take(3)

    assert len(worker.timers) == 1
