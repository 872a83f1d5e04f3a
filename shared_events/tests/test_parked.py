from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from msgspec.structs import replace

from shared_events import handlers
from shared_events.catalogue import CommentJudged
from shared_events.management.commands import parked as parked_command
from shared_events.models import ParkedEvent, ParkedState
from shared_events.testing import deliver, sealed, told
from shared_events.tests.engines import on_one_engine
from shared_events.tests.events import comment_judged, comment_updated
from shared_events.tests.example.models import Answer, CommentReplica
from shared_events.tests.processes import START
from shared_events.tests.waiting import until
from shared_events.worker import parking, redrive
from shared_events.worker.delivery import Delivery
from shared_events.worker.parking import HandlerFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked():
    deliver(comment_judged(judged_by="nobody"))
    return ParkedEvent.objects.get()


@pytest.fixture
def mended(monkeypatch):
    """The code of the next release, which can bear what today's cannot."""

    def note_verdict(event):
        Answer.objects.create(case_id=event.case_id, judged_by=event.judged_by)

    monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [note_verdict])


def due(event):
    ParkedEvent.objects.filter(pk=event.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def run(*arguments, **options):
    out = StringIO()
    call_command("parked", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_a_failed_event_knows_its_handler_and_its_next_attempt(parked):
    assert parked.state == ParkedState.RETRYING
    assert parked.handler == "shared_events.tests.example.consumers.note_verdict"
    assert timezone.now() < parked.next_attempt_at < timezone.now() + timedelta(seconds=10)


def test_what_cannot_be_read_waits_for_a_person():
    deliver(Delivery(body=b"{"))

    parked = ParkedEvent.objects.get()
    assert (parked.state, parked.next_attempt_at) == (ParkedState.DEAD, None)


def test_the_same_message_is_parked_once_however_often_it_comes():
    message = sealed(comment_judged(judged_by="nobody"))

    deliver(message, message)
    deliver(message)

    assert ParkedEvent.objects.count() == 1


def test_an_event_that_is_not_due_is_left_alone(parked, mended):
    assert redrive.retry_due() == 0
    assert not Answer.objects.exists()


def test_a_due_event_is_applied_by_the_code_of_today_once(parked, mended):
    due(parked)

    assert redrive.retry_due() == 1
    assert redrive.retry_due() == 0

    parked.refresh_from_db()
    assert (parked.state, parked.settled_because) == (ParkedState.RESOLVED, "applied")
    assert parked.settled_by == "the worker"
    assert Answer.objects.count() == 1


def test_an_attempt_that_fails_again_leaves_nothing_behind_and_waits_longer(parked):
    first = parked.next_attempt_at - parked.parked_at
    due(parked)

    redrive.retry_due()

    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (ParkedState.RETRYING, 2)
    assert parked.next_attempt_at - timezone.now() > 2 * first
    assert not Answer.objects.exists()
    assert told() == []


def test_after_the_last_attempt_it_is_dead(parked):
    for _ in range(parking.LAST_ATTEMPT - 1):
        due(parked)
        assert redrive.retry_due() == 1

    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (ParkedState.DEAD, parking.LAST_ATTEMPT)
    assert redrive.retry_due() == 0


@pytest.mark.django_db(transaction=True)
@on_one_engine
def test_a_worker_tries_again_by_itself_what_is_due_and_nothing_else(idle_worker, monkeypatch):
    monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [broken])  # in this process, and not in the worker
    deliver(comment_judged(UUID(int=1)), comment_judged(UUID(int=2)))
    later, now = ParkedEvent.objects.order_by("id")
    due(now)
    ParkedEvent.objects.filter(pk=later.pk).update(next_attempt_at=timezone.now() + timedelta(hours=1))

    idle_worker.start()

    until(lambda: ParkedEvent.objects.get(pk=now.pk).state == ParkedState.RESOLVED, seconds=START)
    now.refresh_from_db()
    later.refresh_from_db()
    assert (now.settled_by, Answer.objects.count()) == (redrive.BY_ITSELF, 1)
    assert (later.state, later.attempts) == (ParkedState.RETRYING, 1)


def test_a_redriven_event_that_was_overtaken_changes_nothing():
    old = sealed(comment_updated(version=2, body="old"))
    deliver(replace(old, body=old.body.replace(b'"pending"', b'"unknown"')))
    deliver(comment_updated(version=3, body="new"))
    ParkedEvent.objects.update(body=old.body)

    assert redrive.retry(ParkedEvent.objects.get().pk, by="ann") is True

    assert CommentReplica.objects.get().body == "new"


def test_a_settled_event_is_not_applied_again(parked, mended):
    redrive.retry(parked.pk, by="ann")

    with pytest.raises(redrive.AlreadySettled):
        redrive.retry(parked.pk, by="bob")
    with pytest.raises(redrive.AlreadySettled):
        redrive.discard(parked.pk, by="ann", because="too late")
    assert Answer.objects.count() == 1


def test_the_list_shows_what_is_parked_and_why(parked):
    deliver(comment_judged(UUID(int=77), judged_by="nobody"), Delivery(body=b"{"))

    shown = run("list")

    assert "2  retrying  moderation.comment.judged" in shown
    assert "1  dead" in shown
    assert "not_an_envelope" in shown


def test_an_empty_list_says_so():
    assert run("list") == "nothing is parked\n"


def test_show_tells_everything_about_one(parked):
    shown = run("show", str(parked.pk))

    assert "nobody judges" in shown
    assert '"specversion":"1.0"' in shown


def test_an_unknown_number_is_named():
    with pytest.raises(CommandError, match="under the number 99"):
        run("show", "99")


def test_retry_all_applies_those_of_one_reason(parked, mended):
    deliver(Delivery(body=b"{"))

    assert run("retry-all", "--reason", "ValueError") == "1 of 1 applied\n"
    assert ParkedEvent.objects.filter(state=ParkedState.DEAD).count() == 1


def test_discarding_needs_a_reason_and_keeps_it(parked):
    with pytest.raises(CommandError, match="because"):
        run("discard", str(parked.pk))

    run("discard", str(parked.pk), "--because", "a test of ours")

    parked.refresh_from_db()
    assert (parked.state, parked.settled_because) == (ParkedState.DISCARDED, "a test of ours")
    assert parked.settled_by


@pytest.mark.parametrize("state", [ParkedState.RETRYING, ParkedState.DEAD])
def test_a_database_that_is_busy_costs_no_attempt(parked, monkeypatch, state):
    def busy(event):
        raise OperationalError("database is locked")

    monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [busy])
    ParkedEvent.objects.update(attempts=parking.LAST_ATTEMPT - 1, state=state)

    for _ in range(3):
        with pytest.raises(HandlerFailed):
            redrive.retry(parked.pk, by="ann")

    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (state, parking.LAST_ATTEMPT - 1)


def test_the_command_says_so_of_a_database_that_is_busy(parked, monkeypatch):
    def busy(event):
        raise OperationalError("database is locked")

    monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [busy])

    with pytest.raises(CommandError, match=r"busy or away.*in a moment .database is locked"):
        run("retry", str(parked.pk))


def test_applying_many_again_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(parked_command, "PROGRESS_EVERY", 2)
    monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [broken])
    deliver(*(comment_judged(UUID(int=number)) for number in range(1, 6)))
    monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [])

    said = run("retry-all").splitlines()

    assert said == ["2 of 5 tried, 2 applied", "4 of 5 tried, 4 applied", "5 of 5 applied"]


def broken(event):
    raise ValueError("not yet mended")


def test_a_number_that_is_not_parked_is_named(parked, mended):
    assert "99 is not parked" in run("retry", "99", str(parked.pk))
    assert Answer.objects.count() == 1


def test_an_empty_reason_is_no_reason(parked):
    with pytest.raises(CommandError, match="say why"):
        run("discard", str(parked.pk), "--because", "  ")
    parked.refresh_from_db()
    assert parked.state == ParkedState.RETRYING
