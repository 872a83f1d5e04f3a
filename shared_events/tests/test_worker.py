import json
from uuid import UUID

import pika
import pytest

from shared_events import topology
from shared_events.models import InboxEntry, ParkedEvent
from shared_events.testing import sealed
from shared_events.tests.engines import on_one_engine
from shared_events.tests.events import comment_created, comment_updated
from shared_events.tests.example.models import Answer, CommentReplica
from shared_events.tests.management_api import management
from shared_events.tests.processes import START, cut_worker_connections, judged, publish, settled
from shared_events.tests.waiting import until
from shared_events.worker import redrive
from shared_events.worker.delivery import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_published_is_applied_and_acknowledged(worker, channel, broker, queue):
    publish(channel, *(sealed(comment_created(UUID(int=number))) for number in range(1, 701)))

    until(lambda: CommentReplica.objects.count() == 700, seconds=START)
    until(lambda: settled(broker, queue), seconds=START)
    assert worker.terminate() == 0


@on_one_engine
def test_a_worker_declares_nothing_of_its_own(worker, channel, broker, queue):
    publish(channel, sealed(comment_created()))
    until(lambda: CommentReplica.objects.exists(), seconds=START)

    name = broker.rpartition("/")[2]
    names = {found["name"] for found in json.loads(management("GET", f"queues/{name}"))}
    assert names == {"posts.events", "posts.dead", "event-store"}


def test_what_nobody_can_read_is_parked_and_blocks_nothing(worker, channel, broker, queue):
    publish(channel, Delivery(body=b"{"), Delivery(body=b""), sealed(comment_created()))

    until(lambda: CommentReplica.objects.exists(), seconds=START)
    until(lambda: ParkedEvent.objects.count() == 2)
    assert {bytes(parked.body) for parked in ParkedEvent.objects.all()} == {b"{", b""}


def test_an_event_that_kills_its_process_is_found_and_parked(worker, channel, broker, queue):
    killer = judged([99], judged_by="killer")
    publish(channel, *judged(range(1, 6)), *killer, *judged(range(6, 11)))

    until(lambda: Answer.objects.count() == 10, seconds=60)
    until(lambda: ParkedEvent.objects.filter(reason="kills_its_process").count() == 1, seconds=60)
    assert bytes(ParkedEvent.objects.get().body) == killer[0].body
    until(lambda: settled(broker, queue), seconds=START)


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_loses_nothing(worker, channel, broker, queue):
    publish(channel, *judged([1], judged_by="gate"), *judged(range(2, 50)))
    until(worker.reached_the_gate, seconds=START)

    worker.kill()
    worker.open_the_gate()
    worker.start()

    until(lambda: Answer.objects.count() == 49, seconds=START)
    until(lambda: settled(broker, queue), seconds=START)
    assert InboxEntry.objects.count() == 49


@on_one_engine
def test_a_worker_asked_to_stop_finishes_its_batch_and_gives_back_the_rest(worker, channel, broker, queue):
    publish(channel, *judged([1], judged_by="gate"))
    until(worker.reached_the_gate, seconds=START)
    publish(channel, *judged(range(2, 50)))

    worker.ask_to_stop()
    until(lambda: "gave back" in worker.log.read_text(), seconds=START)
    worker.open_the_gate()

    assert worker.wait() == 0
    assert Answer.objects.count() == 1
    until(lambda: channel.queue_declare(queue, passive=True).method.message_count == 48)


@on_one_engine
def test_a_worker_whose_connection_is_cut_goes_on(worker, channel, broker, queue):
    publish(channel, *judged([1]))
    until(lambda: Answer.objects.count() == 1, seconds=START)

    cut_worker_connections(broker)
    publish(channel, *judged([2]), sealed(comment_updated()))

    until(lambda: Answer.objects.count() == 2, seconds=60)
    until(lambda: settled(broker, queue), seconds=START)


class RawProperties(pika.BasicProperties):
    """Properties that no client of good will sends; the broker passes them on as they are."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    def encode(self) -> list[bytes]:
        return [self._raw]


CONTENT_TYPE, HEADERS = b"\x80\x00", b"\x20\x00"


def table(item: bytes) -> bytes:
    return len(item).to_bytes(4, "big") + item


UNREADABLE = {
    b"content type": CONTENT_TYPE + b"\x01\xff",
    b"name of a header": HEADERS + table(b"\x01\xffV"),
    b"value of a header": HEADERS + table(b"\x01aS" + table(b"\xff")),
    b"time far away": HEADERS + table(b"\x01aT" + b"\x7f" * 8),
}


@on_one_engine
def test_messages_whose_properties_cannot_be_read_are_parked_and_block_nothing(
    worker, channel, broker, queue
):
    for body, properties in UNREADABLE.items():
        channel.basic_publish("", queue, body, RawProperties(properties))
    publish(channel, *judged([1]))

    until(Answer.objects.exists, seconds=START)
    until(lambda: settled(broker, queue), seconds=START)
    assert {bytes(parked.body) for parked in ParkedEvent.objects.all()} == set(UNREADABLE)


def test_a_body_is_kept_byte_for_byte_whatever_encoding_it_claims(worker, channel, broker, queue):
    told = pika.BasicProperties(content_encoding="latin-1", delivery_mode=2)
    channel.basic_publish("", queue, b"\xe9t\xe9", told)

    until(ParkedEvent.objects.exists, seconds=START)
    assert bytes(ParkedEvent.objects.get().body) == b"\xe9t\xe9"


@on_one_engine
def test_what_the_broker_gave_up_is_parked_as_it_was_told(channel, broker, queue, idle_worker):
    told = judged([1])[0]
    publish(channel, told)
    for _ in range(topology.DELIVERY_LIMIT + 1):
        method, _, _ = until(lambda: (got := channel.basic_get(queue))[0] and got)
        channel.basic_nack(method.delivery_tag, requeue=True)
    idle_worker.start()

    until(ParkedEvent.objects.exists, seconds=START)
    parked = ParkedEvent.objects.get()
    assert (parked.reason, bytes(parked.body), parked.origin) == (
        "delivered_too_often",
        told.body,
        told.origin,
    )
    assert parked.routing_key == told.routing_key
    assert redrive.retry(parked.pk, by="ann")
    assert Answer.objects.count() == 1
