"""What can never be applied is parked in the transaction of its batch, and blocks nothing."""

from uuid import UUID

import pytest

from shared_events.models import ParkedEvent, ParkedState
from shared_events.testing import deliver
from shared_events.tests import poison
from shared_events.tests.events import COMMENT, comment_created
from shared_events.tests.example.models import CommentReplica
from shared_events.worker.delivery import Delivery

pytestmark = pytest.mark.django_db
NEXT = UUID(int=99)


@pytest.mark.parametrize("name", poison.ALL)
def test_what_is_poison_is_parked_byte_for_byte_and_the_next_is_applied(name):
    spoilt = poison.ALL[name]
    message = Delivery(body=spoilt.body(COMMENT), routing_key="who\0knows", origin="guest")

    assert deliver(message, comment_created(NEXT)) == 1

    parked = ParkedEvent.objects.get()
    assert (bytes(parked.body), parked.reason) == (message.body, spoilt.reason)
    assert (parked.state, parked.next_attempt_at) == (ParkedState.DEAD, None)
    assert list(CommentReplica.objects.values_list("pk", flat=True)) == [NEXT]


@pytest.mark.parametrize("body", ["a\\u0000b", "9999-12-31", "\\\\u0000", "0001"])
def test_words_that_only_look_like_poison_are_applied(body):
    deliver(comment_created(body=body))

    assert CommentReplica.objects.get().body == body
