import threading
from uuid import UUID

import pytest
from celery import Celery
from django.db import connection, connections, transaction
from msgspec.structs import replace

from moderation import commands, tasks
from moderation.commands import cases
from moderation.domain.rules import Action, Kind, Scope
from moderation.models import Case
from moderation.tests.events import comment_created, no_oranges, opened, post_created
from shared_events.catalogue import CommentJudged, PostJudged
from shared_events.models import OutboxEntry
from shared_events.testing import deliver, sealed, told
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db


def judge_all() -> None:
    while commands.judge_waiting_cases().more_may_wait:
        pass


def test_a_clean_comment_is_approved_and_told():
    case = opened()
    judge_all()

    (event,) = told()
    assert isinstance(event, CommentJudged)
    assert (event.case_id, event.version, event.comment_id, event.edition) == (case.id, 1, case.thing_id, 1)
    assert (event.verdict, event.reasons, event.judged_by) == ("approved", (), "rules")


def test_verdicts_that_are_told_together_each_belong_to_the_request_that_brought_the_text():
    deliver(
        *(replace(sealed(comment_created(UUID(int=number))), headers=came_with(number)) for number in (3, 4))
    )
    judge_all()

    headers = {entry.subject: entry.headers for entry in OutboxEntry.objects.all()}
    for number in (3, 4):
        case = Case.objects.get(thing_id=UUID(int=number))
        assert headers[case.id]["correlation_id"] == f"request-{number}"
        assert headers[case.id]["traceparent"] == came_with(number)["traceparent"]


def came_with(number):
    return {"correlation_id": f"request-{number}", "traceparent": f"00-{number:032x}-{number:016x}-01"}


def test_a_comment_that_breaks_a_rule_is_rejected_and_told_why():
    no_oranges()
    opened(body="An orange a day")
    judge_all()

    (event,) = told()
    assert (event.verdict, event.reasons) == ("rejected", ("No oranges: reject: “orange”",))


def test_a_post_is_judged_by_its_title_and_its_body():
    no_oranges()
    deliver(post_created(title="Oranges", body="and an orange"))
    judge_all()

    (event,) = told()
    assert isinstance(event, PostJudged)
    assert event.verdict == "rejected"


def test_what_is_held_waits_for_a_person_and_is_not_told():
    no_oranges(action=Action.HOLD)
    case = opened(body="An orange")
    judge_all()
    judge_all()

    case.refresh_from_db()
    assert (case.state, case.reasons) == ("held", ["No oranges: hold: “orange”"])
    assert (case.version, case.judged_by, case.judged_at) == (0, "", None)
    assert told() == []


def test_a_verdict_is_told_once_however_often_the_judge_looks():
    opened()
    judge_all()
    judge_all()
    tasks.judge_waiting_cases()

    assert len(told()) == 1


def test_a_rule_at_rest_and_a_rule_for_posts_are_not_applied_to_a_comment():
    commands.change_rule(rule_id=no_oranges().id, by="mona", is_active=False)
    words = {"kind": Kind.WORDS, "value": "lemon", "action": Action.REJECT}
    commands.make_rule(by="mona", name="Posts alone", scope=Scope.POSTS, **words)
    opened(body="An orange and a lemon")
    judge_all()

    assert told()[0].verdict == "approved"


def test_a_crash_before_the_commit_leaves_the_case_to_the_next_round():
    case = opened()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        commands.judge_waiting_cases()
        raise ZeroDivisionError
    assert told() == []

    judge_all()
    case.refresh_from_db()
    assert (case.state, case.version, len(told())) == ("approved", 1, 1)


def test_the_oldest_cases_come_first_and_the_rest_is_left_for_later():
    deliver(*(comment_created(UUID(int=number), body=str(number)) for number in range(10, 15)))
    done = commands.judge_waiting_cases(at_most=3)

    assert done == (3, True)
    assert list(
        Case.objects.filter(state="approved").order_by("opened_at").values_list("body", flat=True)
    ) == [
        "10",
        "11",
        "12",
    ]
    assert commands.judge_waiting_cases(at_most=3) == (2, False)


def test_a_round_that_takes_too_long_stops_and_says_that_more_wait(monkeypatch):
    monkeypatch.setattr(cases, "SECONDS_PER_BATCH", -1)
    deliver(*(comment_created(UUID(int=number)) for number in range(10, 15)))

    assert commands.judge_waiting_cases() == (1, True)
    assert Case.objects.filter(state="waiting").count() == len(told()) + 3 == 4


def test_a_batch_of_events_wakes_the_judge_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as woken:
        deliver(*(comment_created(UUID(int=number)) for number in range(10, 60)), post_created())

    assert len(woken) == 1


def test_events_that_need_no_verdict_wake_nobody(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as woken:
        deliver(comment_created(status="approved"))

    assert woken == []


@pytest.fixture
def looks(monkeypatch):
    """After how many seconds the judge is asked to look, each time that it is."""
    asked = []
    monkeypatch.setattr(tasks, "_next_look", 0.0)
    monkeypatch.setattr(tasks.judge_waiting_cases, "apply_async", lambda after, **_: asked.extend(after))
    return asked


def test_after_a_quiet_time_the_judge_looks_at_once_and_then_once_for_all_that_comes(looks):
    for _ in range(5):
        tasks._wake_judge()

    assert looks[0] == 0
    assert len(looks) == 2
    assert 0 < looks[1] <= tasks.SECONDS_BETWEEN_LOOKS


def test_a_look_that_is_over_covers_nothing_that_comes_after_it(looks, monkeypatch):
    tasks._wake_judge()
    tasks._wake_judge()
    later = tasks._next_look
    monkeypatch.setattr(tasks, "monotonic", lambda: later)
    tasks._wake_judge()

    assert looks[2] == pytest.approx(tasks.SECONDS_BETWEEN_LOOKS)


@pytest.fixture
def broker_away(settings):
    """Tasks are sent to a port where nobody listens."""
    usual = tasks.judge_waiting_cases.app
    settings.CELERY_BROKER_URL = "amqp://guest:guest@127.0.0.1:1//"
    Celery("away").config_from_object(settings, namespace="CELERY")
    yield
    usual.set_current()


def test_a_hint_that_could_not_be_given_covers_nothing(broker_away, monkeypatch):
    monkeypatch.setattr(tasks, "_next_look", 0.0)
    tasks._wake_judge()

    assert tasks._next_look == 0


def test_a_hint_for_which_there_is_no_queue_is_a_warning(monkeypatch, caplog):
    give, nowhere = tasks.judge_waiting_cases.apply_async, {"exchange": "nowhere", "routing_key": "nowhere"}
    monkeypatch.setattr(
        tasks.judge_waiting_cases, "apply_async", lambda *given, **how: give(*given, **how, **nowhere)
    )

    until(lambda: not tasks._ask_judge(0))  # the broker answers later: it is the next hint that hears of it

    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert "NOT_FOUND" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_fails_no_event_and_loses_no_case(broker_away, caplog):
    deliver(comment_created())

    assert Case.objects.get().state == "waiting"
    assert "Connection refused" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: see PostgreSQL")
def test_judges_at_the_same_time_come_to_one_verdict_for_each_case():
    deliver(*(comment_created(UUID(int=number)) for number in range(10, 110)))
    start, rounds = threading.Barrier(4), []

    def judge() -> None:
        start.wait()
        rounds.append(commands.judge_waiting_cases(at_most=60).judged)
        connections.close_all()

    judges = [threading.Thread(target=judge) for _ in range(4)]
    for thread in judges:
        thread.start()
    for thread in judges:
        thread.join()
    judge_all()

    assert len({event.case_id for event in told()}) == len(told()) == 100
    assert set(Case.objects.values_list("state", "version")) == {("approved", 1)}
    assert connection.vendor == "postgresql"
