from itertools import permutations
from uuid import UUID

import pytest

from moderation import commands
from moderation.domain.cases import State
from moderation.models import Case, CommentReplica
from moderation.tests.events import (
    COMMENT,
    POST,
    comment_created,
    comment_deleted,
    comment_updated,
    decision,
    held,
    opened,
    post_created,
    post_deleted,
    post_updated,
)
from shared_events.testing import deliver, sealed, told

pytestmark = pytest.mark.django_db


def states() -> list[tuple[int, str]]:
    return list(Case.objects.order_by("edition").values_list("edition", "state"))


def test_a_new_comment_has_a_case_with_its_text():
    deliver(comment_created(body="Hello"))

    case = Case.objects.get()
    assert (case.thing, case.thing_id, case.edition) == ("comment", COMMENT, 1)
    assert (case.author, case.title, case.body, case.state, case.version) == (
        "bob",
        "",
        "Hello",
        "waiting",
        0,
    )


def test_a_new_post_has_a_case_with_its_title_and_body():
    deliver(post_created(title="A title", body="A body"))

    case = Case.objects.get()
    assert (case.thing, case.thing_id, case.text) == ("post", POST, "A title\nA body")


def test_the_same_event_again_opens_no_second_case():
    again = sealed(comment_created())
    deliver(again, again)
    deliver(again)
    deliver(comment_created())

    assert states() == [(1, "waiting")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_an_edited_comment_ends_in_one_case_that_waits_whatever_came_first(order, together):
    events = [
        comment_created(body="one"),
        comment_updated(2, edition=2, body="two"),
        comment_updated(3, edition=3, body="three"),
    ]
    shuffled = [events[index] for index in order]
    for batch in [shuffled] if together else [[event] for event in shuffled]:
        deliver(*batch)

    assert Case.objects.get(state=State.WAITING).body == "three"
    assert set(Case.objects.exclude(state=State.WAITING).values_list("state", flat=True)) <= {"closed"}


@pytest.mark.parametrize("status", ["approved", "rejected"])
def test_a_comment_that_was_judged_needs_no_case(status):
    deliver(comment_created(status=status))

    assert states() == []


def test_what_a_verdict_did_to_a_comment_opens_no_new_case():
    opened()
    commands.judge_waiting_cases()
    deliver(comment_updated(2, status="approved"))

    assert states() == [(1, "approved")]


def test_a_hidden_post_is_judged_again_only_when_its_text_changed():
    deliver(post_created())
    commands.judge_waiting_cases()
    commands.decide_case(case_id=Case.objects.get().id, decision=decision(approved=False, seen_version=1))
    deliver(post_updated(2, status="hidden"))
    assert states() == [(1, "rejected")]

    deliver(post_updated(3, status="hidden", edition=2, body="Better"))
    assert states() == [(1, "rejected"), (2, "waiting")]


def test_a_deletion_closes_what_waits_for_the_judge_or_for_a_person():
    held()
    deliver(comment_updated(2, edition=2))
    deliver(comment_deleted(3))

    assert states() == [(1, "closed"), (2, "closed")]
    commands.judge_waiting_cases()
    assert told() == []


def test_a_deletion_leaves_a_verdict_as_it_is():
    opened()
    commands.judge_waiting_cases()
    deliver(comment_deleted(2))

    assert states() == [(1, "approved")]


def test_a_thing_deleted_before_it_was_heard_of_is_never_judged():
    deliver(comment_deleted(3), comment_created(), comment_updated(2))
    deliver(post_deleted(3))
    deliver(post_updated(2))
    deliver(post_created())
    commands.judge_waiting_cases()

    assert states() == []
    assert told() == []


def test_a_case_that_a_person_holds_is_closed_when_the_text_is_replaced():
    held()
    deliver(comment_updated(2, edition=2, body="Two"))

    assert states() == [(1, "closed"), (2, "waiting")]


def test_a_post_that_was_withdrawn_before_its_verdict_is_judged_when_it_is_back():
    deliver(post_created(1))
    deliver(post_deleted(2))
    assert states() == [(1, "closed")]

    deliver(post_created(3))
    assert states() == [(1, "waiting")]


def test_a_post_that_comes_back_unchanged_keeps_its_verdict():
    deliver(post_created(1))
    commands.judge_waiting_cases()
    deliver(post_deleted(2))
    deliver(post_created(3))

    assert states() == [(1, "approved")]
    assert len(told()) == 1


def test_a_replica_is_equal_to_what_was_told_of_it():
    deliver(comment_created(), comment_updated(2, edition=2, body="Newer"))

    replica = CommentReplica.objects.get()
    assert (replica.id, replica.version, replica.edition, replica.body) == (COMMENT, 2, 2, "Newer")
    assert (replica.post_id, replica.author, replica.status) == (POST, "bob", "pending")


def test_things_with_the_same_id_and_edition_have_a_case_each():
    deliver(comment_created(POST), post_created())

    assert sorted(Case.objects.values_list("thing", flat=True)) == ["comment", "post"]


def test_a_batch_of_many_comments_opens_a_case_for_each():
    deliver(*(comment_created(UUID(int=number)) for number in range(100, 200)))

    assert Case.objects.filter(state=State.WAITING).count() == 100
