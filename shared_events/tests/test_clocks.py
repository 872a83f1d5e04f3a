"""Clocks that are wrong: versions say what is newer, and nothing that a clock says."""

import re

import pytest
from msgspec.structs import replace

from shared_events.testing import deliver, sealed
from shared_events.tests.events import comment_updated
from shared_events.tests.example.models import CommentReplica

pytestmark = pytest.mark.django_db

LONG_AGO, FAR_AHEAD = b"1970-01-01T00:00:00Z", b"2150-01-01T00:00:00Z"


def told_at(time, event):
    """The event, told by an owner whose clock shows something else."""
    delivery = sealed(event)
    return replace(delivery, body=re.sub(rb'(?<="time":")[^"]*', time, delivery.body))


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "the other way round"])
def test_an_owner_whose_clock_went_back_is_heard_all_the_same(order):
    told = [
        told_at(FAR_AHEAD, comment_updated(version=2, body="Second")),
        told_at(LONG_AGO, comment_updated(version=3, body="Third")),
    ]

    for one in told[::order]:
        assert deliver(one) == 0

    assert CommentReplica.objects.get().body == "Third"
