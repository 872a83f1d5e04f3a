from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from shared_events import outbox
from shared_events.models import OutboxEntry
from shared_events.relay import pruning
from shared_events.tests.engines import on_one_engine
from shared_events.tests.events import post_created
from shared_events.tests.relays import RelayProcess
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timezone.now() - timedelta(days=8)


@pytest.fixture
def entries():
    """Four that were told long ago: published then, published now, waiting, and set aside."""
    with transaction.atomic():
        outbox.append(*(post_created(UUID(int=number)) for number in range(1, 5)))
    old, fresh, waiting, aside = OutboxEntry.objects.order_by("id")
    OutboxEntry.objects.update(told_at=LONG_AGO)
    OutboxEntry.objects.filter(pk=old.pk).update(published_at=LONG_AGO)
    OutboxEntry.objects.filter(pk=fresh.pk).update(published_at=timezone.now())
    OutboxEntry.objects.filter(pk=aside.pk).update(set_aside_at=LONG_AGO)
    return {"old": old.pk, "kept": {fresh.pk, waiting.pk, aside.pk}}


def test_what_was_published_longer_ago_than_the_retention_goes_and_nothing_else(entries):
    assert pruning.prune() == 1

    assert set(OutboxEntry.objects.values_list("pk", flat=True)) == entries["kept"]
    assert pruning.prune() == 0


def test_the_retention_is_a_setting(entries, settings):
    settings.SHARED_EVENTS = {**settings.SHARED_EVENTS, "OUTBOX_RETENTION": timedelta(days=30)}

    assert pruning.prune() == 0


def test_it_goes_in_batches(entries, monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    OutboxEntry.objects.update(published_at=LONG_AGO)

    assert [pruning.prune(), pruning.prune(), pruning.prune()] == [2, 2, 0]


@on_one_engine
def test_a_relay_does_so_by_itself(entries, broker, posts_queue, tmp_path):
    relay = RelayProcess(broker, tmp_path).start_and("leads")
    try:
        until(lambda: not OutboxEntry.objects.filter(pk=entries["old"]).exists())
    finally:
        relay.kill()

    assert set(OutboxEntry.objects.values_list("pk", flat=True)) == entries["kept"]
