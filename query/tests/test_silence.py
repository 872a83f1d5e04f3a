"""Query hears what is general, tells nothing, and rules over nothing."""

from importlib.util import find_spec

import pytest
from django.apps import apps

from query.models import PostDocument
from query.tests.events import comment_deleted, comment_updated, post_created, post_deleted
from shared_events import handlers
from shared_events.catalogue import EVENTS, Category
from shared_events.replicas import Replica
from shared_events.testing import deliver, told


@pytest.mark.django_db
def test_nothing_that_is_heard_makes_query_tell_anything():
    deliver(post_created(), comment_updated(), comment_deleted(), post_deleted())

    assert told() == []


def test_query_hears_all_general_events_and_no_other():
    assert handlers.heard() == {event for event in EVENTS if event.category is Category.GENERAL}


def test_query_answers_no_event_with_a_command():
    assert handlers.HANDLERS == {}


def test_query_owns_no_row_but_what_is_made_of_copies():
    owned = [model for model in apps.get_app_config("query").get_models() if not issubclass(model, Replica)]

    assert owned == [PostDocument]


@pytest.mark.parametrize("room", ["commands", "domain", "consumers", "tasks", "models.owned"])
def test_query_has_no_room_for_rules_or_changes(room):
    assert find_spec(f"query.{room}") is None
