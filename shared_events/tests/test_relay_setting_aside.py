"""What the broker does not take: it rests with the reason, everything else flows, and it comes back."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from shared_events import outbox, setting_aside, topology
from shared_events.catalogue import EVENTS
from shared_events.models import OutboxEntry
from shared_events.relay import carrier as carrying
from shared_events.relay.confirms import NotAsItIs
from shared_events.tests.events import post_created
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

TOO_LARGE = 17 * 1024 * 1024  # bytes; RabbitMQ 4 takes 16 MiB, and so does the broker of the tests


@pytest.fixture
def exchange(channel):
    channel.exchange_declare(topology.exchange_of("posts"), "topic", durable=True)
    return topology.exchange_of("posts")


def tell(count):
    with transaction.atomic():
        outbox.append(*(post_created(UUID(int=number)) for number in range(1, count + 1)))


def aside():
    return OutboxEntry.objects.filter(set_aside_at__isnull=False)


def make_due():
    aside().update(retry_at=timezone.now() - timedelta(seconds=1))


def test_f07_an_event_that_no_queue_takes_rests_and_arrives_once_there_is_one(carrier, channel, exchange):
    tell(1)
    assert carrier.carry() == 1
    entry = OutboxEntry.objects.get()
    assert entry.published_at is None
    assert entry.set_aside_because.startswith("no queue takes it")
    assert entry.retry_at > entry.set_aside_at

    topology.declare(channel, "query", EVENTS)
    assert carrier.carry() == 0
    make_due()
    assert setting_aside.release_due() == 1
    assert carrier.carry() == 1

    assert OutboxEntry.objects.get().published_at is not None


def test_every_further_pause_is_longer_up_to_a_minute(carrier, exchange):
    tell(1)
    pauses = []
    for _ in range(8):
        assert carrier.carry() == 1
        entry = OutboxEntry.objects.get()
        pauses.append((entry.retry_at - entry.set_aside_at).total_seconds())
        make_due()
        setting_aside.release_due()

    assert 0.75 <= pauses[0] <= 1.25
    assert all(later > 1.1 * earlier for earlier, later in pairwise(pauses[:6]))
    assert max(pauses) <= 75
    assert OutboxEntry.objects.get().attempts == 8


def test_f08_what_a_full_queue_refuses_rests_and_drains_when_there_is_room(carrier, channel, exchange):
    full = {"x-queue-type": "quorum", "x-max-length": 3, "x-overflow": "reject-publish"}
    channel.queue_declare("full", durable=True, arguments=full)
    channel.queue_bind("full", exchange, "#")
    tell(600)

    until(lambda: carrier.carry() == 0, seconds=60)

    refused = aside().count()
    assert refused > 0
    assert {entry.set_aside_because for entry in aside()} == {"the broker refused it: is a queue full?"}
    assert OutboxEntry.objects.exclude(published_at=None).count() == 600 - refused
    channel.queue_delete("full")
    channel.queue_declare("full", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind("full", exchange, "#")
    make_due()
    setting_aside.release_due()
    until(lambda: carrier.carry() == 0, seconds=60)
    assert not OutboxEntry.objects.filter(published_at=None).exists()


def carry_all(carrier):
    """Carry until nothing waits, as the relay's loop does; returns how often a batch was closed in on."""
    refusals = 0
    while OutboxEntry.objects.filter(published_at=None, set_aside_at=None).exists():
        try:
            carrier.carry()
        except NotAsItIs:
            refusals += 1
    return refusals


def test_one_that_is_too_large_is_found_and_all_others_flow(carrier, channel, posts_queue):
    tell(40)
    large = OutboxEntry.objects.order_by("id")[17]
    OutboxEntry.objects.filter(pk=large.pk).update(body=b"x" * TOO_LARGE)

    refusals = carry_all(carrier)

    assert [entry.pk for entry in aside()] == [large.pk]
    assert "larger than" in aside().get().set_aside_because
    assert aside().get().retry_at is None
    assert OutboxEntry.objects.exclude(published_at=None).count() == 39
    assert 0 < refusals < 20
    assert setting_aside.release_due() == 0


def test_one_that_the_client_cannot_write_is_found_and_all_others_flow(carrier, channel, posts_queue):
    tell(10)
    odd = OutboxEntry.objects.order_by("id")[4]
    OutboxEntry.objects.filter(pk=odd.pk).update(headers={"far": 2**70})

    carry_all(carrier)

    assert [entry.pk for entry in aside()] == [odd.pk]
    assert OutboxEntry.objects.exclude(published_at=None).count() == 9


def test_a_batch_is_not_blamed_for_the_one_that_was_sent_after_it(carrier, channel, posts_queue, monkeypatch):
    monkeypatch.setattr(carrying, "LARGEST_BATCH", 4)
    carrier = carrying.Carrier(carrier._publisher, user="guest")
    tell(5)
    large = OutboxEntry.objects.latest("id")
    OutboxEntry.objects.filter(pk=large.pk).update(body=b"x" * TOO_LARGE)

    carry_all(carrier)

    assert [entry.pk for entry in aside()] == [large.pk]
    assert OutboxEntry.objects.exclude(published_at=None).count() == 4


def test_batches_are_large_again_after_one_was_closed_in_on(carrier, channel, posts_queue):
    tell(8)
    OutboxEntry.objects.filter(pk=OutboxEntry.objects.latest("id").pk).update(body=b"x" * TOO_LARGE)
    carry_all(carrier)
    with transaction.atomic():
        outbox.append(*(post_created(UUID(int=number)) for number in range(100, 300)))

    assert carrier.carry() == 200


# ---- the command


def said(*arguments):
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_shows_what_waits_and_what_was_set_aside_and_why():
    tell(3)
    setting_aside.for_good([OutboxEntry.objects.earliest("id").pk], "larger than the broker takes")

    shown = said("list")

    assert "     2  waiting for the relay, the oldest for 0:00:0" in shown
    assert "     1  set aside  posts.post.created" in shown
    assert "until it is released: larger than the broker takes" in shown


def test_the_command_releases_some_or_all():
    tell(3)
    setting_aside.for_good(OutboxEntry.objects.values_list("pk", flat=True), "too large")
    one = OutboxEntry.objects.earliest("id").pk

    assert said("release", str(one)) == "1 wait for the relay again\n"
    assert aside().count() == 2
    assert said("release", "--all") == "2 wait for the relay again\n"
    assert aside().count() == 0


@pytest.mark.parametrize("arguments", [(), ("1", "--all")])
def test_the_command_wants_numbers_or_all(arguments):
    with pytest.raises(CommandError, match="or say --all"):
        said("release", *arguments)


def test_the_command_says_what_was_not_set_aside():
    tell(1)
    with pytest.raises(CommandError, match="1 of those are not set aside"):
        said("release", str(OutboxEntry.objects.get().pk))
