"""What is answered after its connection was lost settles nothing: delivery tags begin anew with each."""

from prometheus_client import REGISTRY

from shared_events.tests.test_pace import Worker


def stale() -> float:
    return REGISTRY.get_sample_value("shared_events_worker_stale_total") or 0.0


def test_a_batch_that_ends_after_its_connection_was_lost_is_not_acknowledged_on_the_next():
    worker = Worker(every=0.0)
    worker.take(1, 2)
    settle_the_first, known = worker.settle_later(), stale()

    worker.lane.abandon()
    worker.connect()
    settle_the_first()

    assert (worker.acked, stale()) == ([], known + 1)


def test_nor_does_it_settle_the_batch_that_is_under_way_by_then():
    worker = Worker(every=0.0)
    worker.take(1)
    settle_the_first = worker.settle_later()
    worker.lane.abandon()
    worker.connect()
    worker.take(1, 2)

    settle_the_first()
    assert worker.acked == []
    worker.settle()

    assert worker.acked == [1]
