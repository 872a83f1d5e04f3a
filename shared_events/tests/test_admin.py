import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import OperationalError
from django.urls import reverse

from shared_events import handlers, outbox
from shared_events.catalogue import CommentJudged
from shared_events.drift.models import Comparison
from shared_events.models import InboxEntry, OutboxEntry, ParkedEvent, ParkedState
from shared_events.testing import deliver
from shared_events.tests.events import comment_judged, post_created
from shared_events.worker import redrive
from shared_events.worker.delivery import Delivery

pytestmark = pytest.mark.django_db
PARKED = "admin:shared_events_parkedevent_changelist"
XSS = "<script>alert(1)</script>"


@pytest.fixture
def viewer(client):
    """Someone who may look at parked events and do no more."""
    person = User.objects.create_user("vera", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_parkedevent"))
    client.force_login(person)
    return person


@pytest.fixture
def parked():
    deliver(comment_judged(judged_by="nobody"))
    return ParkedEvent.objects.get()


def act(client, action, *events, **fields):
    chosen = {"_selected_action": [event.pk for event in events]}
    return client.post(reverse(PARKED), {"action": action, **chosen, **fields}, follow=True)


def test_s92_every_page_of_every_table_answers_and_shows_text_as_text(admin_client):
    outbox.append(post_created(title=XSS))
    deliver(comment_judged(), Delivery(body=XSS.encode()))
    Comparison.objects.create(replica=XSS, differences={"1": {"since": XSS}})
    for model in (OutboxEntry, InboxEntry, ParkedEvent, Comparison):
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model.objects.first()
        pages = [
            reverse(f"admin:{name}_changelist"),
            reverse(f"admin:{name}_change", args=[row.pk]),
        ]
        for page in pages:
            answer = admin_client.get(page)
            assert answer.status_code == 200
            assert XSS not in answer.content.decode()


def test_nobody_may_write_or_delete_what_the_machinery_keeps(admin_client, parked):
    page = reverse("admin:shared_events_parkedevent_delete", args=[parked.pk])
    add = reverse("admin:shared_events_outboxentry_add")

    assert admin_client.post(page, {"post": "yes"}).status_code == 403
    assert admin_client.get(add).status_code == 403


def test_an_operator_applies_a_parked_event_again_and_it_is_on_record(admin_client, parked):
    answer = act(admin_client, "retry", parked)

    assert "0 applied again, 1 failed again" in answer.content.decode()
    assert ParkedEvent.objects.get().attempts == 2
    assert LogEntry.objects.get().change_message == "applied again: failed again"


def test_discarding_without_a_reason_discards_nothing(admin_client, parked):
    answer = act(admin_client, "discard", parked, because=" ")

    assert "Say why" in answer.content.decode()
    assert ParkedEvent.objects.get().state == ParkedState.RETRYING


def test_discarding_keeps_who_and_why(admin_client, parked):
    act(admin_client, "discard", parked, because="told by mistake")

    parked.refresh_from_db()
    assert (parked.state, parked.settled_by, parked.settled_because) == (
        ParkedState.DISCARDED,
        "admin",
        "told by mistake",
    )
    assert LogEntry.objects.get().user.username == "admin"


def test_a_second_click_says_that_it_was_settled(admin_client, parked):
    act(admin_client, "discard", parked, because="told by mistake")

    answer = act(admin_client, "discard", parked, because="again")

    assert "was settled before" in answer.content.decode()
    assert ParkedEvent.objects.get().settled_because == "told by mistake"


def test_who_may_only_look_is_offered_no_action(client, viewer, parked):
    assert client.get(reverse(PARKED)).status_code == 200

    for action in ("retry", "discard"):
        act(client, action, parked, because="I want to")

    assert (parked.state, parked.attempts) == unchanged()


def unchanged():
    return ParkedEvent.objects.values_list("state", "attempts").get()


@pytest.mark.parametrize(("action", "state"), [("retry", "retrying"), ("discard", "discarded")])
def test_whoever_has_the_permission_redrive_may_and_it_is_on_record(client, viewer, parked, action, state):
    viewer.user_permissions.add(Permission.objects.get(codename="redrive"))

    act(client, action, parked, because="told by mistake")

    assert ParkedEvent.objects.get().state == state
    assert LogEntry.objects.get().user == viewer


@pytest.mark.parametrize("wrapped", [False, True], ids=["in our statement", "in a handler's"])
def test_a_busy_database_is_said_so_and_costs_no_attempt(admin_client, parked, monkeypatch, wrapped):
    def busy(*arguments):
        raise OperationalError("database is locked")

    if wrapped:
        monkeypatch.setitem(handlers.HANDLERS, CommentJudged, [busy])
    else:
        monkeypatch.setattr(redrive, "apply_again", busy)

    answer = act(admin_client, "retry", parked)

    assert "the database is busy or away, and nothing was changed" in answer.content.decode()
    assert "0 applied again, 0 failed again" in answer.content.decode()
    parked.refresh_from_db()
    assert (parked.attempts, parked.state) == (1, ParkedState.RETRYING)
    assert not LogEntry.objects.exists()


def test_a_fault_that_is_not_the_database_s_is_not_hidden(admin_client, parked, monkeypatch):
    monkeypatch.setattr(redrive, "discard", lambda *arguments, **keywords: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        act(admin_client, "discard", parked, because="told by mistake")
