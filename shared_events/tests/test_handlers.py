from uuid import UUID

import pytest
from msgspec.structs import replace

from shared_events import handlers
from shared_events.catalogue import CommentCreated, CommentDeleted, CommentJudged, CommentUpdated
from shared_events.envelope import unseal
from shared_events.models import InboxEntry, OutboxEntry, ParkedEvent, ParkedState
from shared_events.testing import deliver, sealed, told
from shared_events.tests.events import comment_created, comment_judged
from shared_events.tests.example.models import Answer, CommentReplica

pytestmark = pytest.mark.django_db


def test_a_handler_answers_an_event_once_however_often_it_is_delivered():
    message = sealed(comment_judged())

    deliver(message, message)
    deliver(message)

    assert Answer.objects.count() == 1
    assert InboxEntry.objects.count() == 1
    assert len(told()) == 1


@pytest.mark.parametrize("together", [True, False])
def test_s114_another_event_with_the_id_of_an_answered_one_is_parked(together):
    first, second = sealed(comment_judged(version=1)), sealed(comment_judged(version=2))
    reused = replace(second, body=second.body.replace(id_of(second), id_of(first)))

    if together:
        deliver(first, reused)
    else:
        deliver(first)
        deliver(reused)

    assert Answer.objects.count() == 1
    parked = ParkedEvent.objects.get()
    assert (parked.reason, parked.state) == ("reused_id", ParkedState.DEAD)
    assert bytes(parked.body) == reused.body


def test_an_entry_of_a_release_that_kept_no_digest_still_holds():
    message = sealed(comment_judged())
    deliver(message)
    InboxEntry.objects.update(digest="")

    deliver(message)

    assert Answer.objects.count() == 1
    assert not ParkedEvent.objects.exists()


def id_of(message):
    return str(unseal(message.body).id).encode()


def test_two_events_about_the_same_thing_are_two_events():
    deliver(comment_judged(version=1), comment_judged(version=2))

    assert Answer.objects.count() == 2


def test_an_answer_says_which_event_and_which_request_it_belongs_to():
    message = sealed(comment_judged())
    carried = replace(message, headers={"correlation_id": "request-1"})

    deliver(carried)

    headers = OutboxEntry.objects.get().headers
    assert headers == {
        "correlation_id": "request-1",
        "causation_id": str(InboxEntry.objects.get().event_id),
    }


def test_an_event_that_cannot_be_applied_is_parked_and_the_rest_flows():
    messages = [sealed(comment_judged(UUID(int=number))) for number in range(10, 20)]
    poison = sealed(comment_judged(UUID(int=99), judged_by="nobody"))

    parked_now = deliver(*messages[:5], poison, comment_created(), *messages[5:])

    assert parked_now == 1
    assert Answer.objects.count() == 10
    assert CommentReplica.objects.count() == 1
    parked = ParkedEvent.objects.get()
    assert bytes(parked.body) == poison.body
    assert (parked.reason, parked.message) == ("ValueError", "nobody judges")
    assert "note_verdict" in parked.traceback


def test_a_parked_event_leaves_no_trace_in_the_inbox():
    deliver(comment_judged(judged_by="nobody"))

    assert not InboxEntry.objects.exists()
    assert not Answer.objects.exists()


def test_an_event_the_database_refuses_is_parked_too():
    too_long = "x" * 100_000

    parked_now = deliver(comment_created(author=too_long), comment_created(UUID(int=5)))

    held = CommentReplica.objects.exclude(author=too_long).count()
    assert held == 1
    assert parked_now == ParkedEvent.objects.count() == 2 - CommentReplica.objects.count()


@pytest.mark.parametrize("stranger", ["", "posts", "Guest"])
def test_s108_what_another_than_its_owner_published_is_parked(stranger):
    forged = replace(sealed(comment_created()), origin=stranger)

    assert deliver(forged) == 1

    parked = ParkedEvent.objects.get()
    assert (parked.reason, parked.origin, parked.state) == ("untrusted_origin", stranger, "dead")
    assert not CommentReplica.objects.exists()


def test_every_owner_speaks_through_a_user_of_its_own_unless_one_is_shared(settings):
    settings.SHARED_EVENTS = {"SERVICE": "posts"}
    own = sealed(comment_created())
    assert own.origin == "comments"

    assert deliver(own, replace(own, origin="guest")) == 1


def test_s115_a_field_nobody_knows_yet_is_ignored():
    message = sealed(comment_created())

    deliver(replace(message, body=message.body.replace(b'"author"', b'"mood":"sunny","author"', 1)))

    assert CommentReplica.objects.get().author == "bob"


def test_the_queue_is_bound_to_what_is_replicated_or_handled():
    heard = handlers.heard()

    assert {CommentCreated, CommentUpdated, CommentDeleted, CommentJudged} <= heard
