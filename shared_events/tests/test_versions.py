import pytest

from shared_events.testing import deliver
from shared_events.tests.events import COMMENT, POST, comment_created, comment_deleted, comment_updated
from shared_events.versions import held

pytestmark = pytest.mark.django_db


def test_what_was_never_heard_of_is_held_in_no_version():
    deliver(comment_created())

    assert held(POST) == 0


@pytest.mark.parametrize(
    "event", [comment_created(version=7), comment_updated(version=7), comment_deleted(version=7)]
)
def test_a_copy_is_held_in_the_version_that_was_heard_last(event):
    deliver(comment_created(version=2), event)

    assert held(COMMENT) == 7


def test_one_statement_asks_for_what_is_owned_and_what_is_copied(django_assert_num_queries):
    deliver(comment_created(version=2))

    with django_assert_num_queries(1):
        assert held(COMMENT) == 2
