import pytest
from django.db import IntegrityError, connection, transaction

from shared_events import causation, outbox
from shared_events.models import OutboxEntry
from shared_events.relay.wakeup import PostgresWakeup
from shared_events.testing import told
from shared_events.tests.events import COMMENT, POST, comment_created, post_created


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(outbox.OutsideTransaction):
        outbox.append(post_created())

    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_tells_nothing():
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.append(post_created())
        raise IntegrityError

    assert told() == []


@pytest.mark.django_db
def test_what_is_told_can_be_read_back_in_order():
    events = [post_created(version=version) for version in (1, 2, 3)]

    with transaction.atomic():
        outbox.append(*events)

    assert told() == events


@pytest.mark.django_db
def test_a_service_cannot_tell_what_another_owns():
    with pytest.raises(outbox.NotTheOwner, match=r"posts may not tell comments\.comment\.created"):
        outbox.append(comment_created())


@pytest.mark.django_db
def test_an_event_told_in_a_request_carries_its_correlation_id():
    with causation.started_by("request-7"):
        outbox.append(post_created())
    outbox.append(post_created(version=2))

    assert list(OutboxEntry.objects.order_by("id").values_list("headers", flat=True)) == [
        {"correlation_id": "request-7"},
        {},
    ]


@pytest.mark.django_db
def test_the_newest_version_that_was_told_is_known():
    assert outbox.last_told(POST) == 0

    outbox.append(post_created(version=3), post_created(version=2), post_created(COMMENT, version=9))
    assert (outbox.last_told(POST), outbox.last_told(COMMENT)) == (3, 9)


@pytest.mark.django_db
def test_whoever_has_just_told_a_version_need_not_ask_for_it(django_assert_num_queries):
    outbox.append(post_created(COMMENT, version=9))

    with causation.started_by("request-7"):
        outbox.append(post_created(version=3), post_created(version=2))
        with django_assert_num_queries(0):
            assert outbox.last_told(POST) == 3
        assert outbox.last_told(COMMENT) == 9


@pytest.mark.django_db(transaction=True)
def test_the_relay_is_woken_once_and_only_after_the_commit():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite notifies nobody: its relay looks at the count of changes")
    wakeup = PostgresWakeup()
    wakeup.listen()
    with transaction.atomic():
        outbox.append(post_created())
        outbox.append(post_created(version=2))
        assert heard(wakeup) == 0

    assert heard(wakeup) == 1
    wakeup.close()


def heard(wakeup):
    """How many notifications have arrived; asking the server makes sure that it has sent what it had."""
    wakeup._session.execute("SELECT 1")
    return len(list(wakeup._session.notifies(timeout=0)))
