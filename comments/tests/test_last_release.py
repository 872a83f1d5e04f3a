import pytest

from comments.models import Comment
from shared_events.catalogue.examples import THING
from shared_events.testing import deliver, told_by_the_last_release

pytestmark = pytest.mark.django_db


def test_whatever_the_last_release_told_is_applied_today():
    Comment.objects.create(id=THING, post_id=THING, author="bob", body="Hello", status="pending")

    parked = deliver(*told_by_the_last_release())

    assert parked == 0
