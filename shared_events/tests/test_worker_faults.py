"""Each window in which a worker can die, opened on purpose by a failpoint."""

import pytest

from shared_events.models import InboxEntry, ParkedEvent
from shared_events.tests.example.models import Answer
from shared_events.tests.processes import START, judged, publish, settled
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ended_well(broker, queue):
    """Waits until the queue is empty; then every event was answered once, and nothing was parked."""

    def check(*, events: int) -> None:
        until(lambda: settled(broker, queue), seconds=2 * START)
        assert Answer.objects.count() == InboxEntry.objects.count() == events
        assert not ParkedEvent.objects.exists()

    return check


def test_killed_before_the_commit_it_has_done_nothing_and_does_it_again(idle_worker, channel, ended_well):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed="worker.before_commit=stop@1")
    until(lambda: idle_worker.reached("worker.before_commit"), seconds=START)

    idle_worker.kill()
    assert not Answer.objects.exists()
    idle_worker.start()

    ended_well(events=49)


def test_killed_after_the_commit_and_before_the_ack_it_has_done_it_once(idle_worker, channel, ended_well):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed="worker.before_ack=kill@1")

    assert idle_worker.wait() == -9
    answered = Answer.objects.count()
    assert answered > 0
    idle_worker.start()

    ended_well(events=49)


@pytest.mark.parametrize("window", ["worker.before_commit", "worker.after_commit"])
def test_a_pool_process_that_is_killed_takes_nothing_with_it(idle_worker, channel, ended_well, window):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed=f"{window}=kill@1")

    until(lambda: Answer.objects.count() == 49, seconds=2 * START)
    assert idle_worker.reached(window)
    ended_well(events=49)
    assert idle_worker.terminate() == 0
