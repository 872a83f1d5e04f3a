"""Poison of every kind, over a real broker: it is parked, and the next event is applied."""

from uuid import UUID

import pytest
from pika.exceptions import AMQPChannelError, AMQPConnectionError

from shared_events.tests import poison
from tests.trust.broker import channel_of
from tests.trust.hearing import CREATED, NUMBERS, new, tell

LARGEST = 16 * 1024 * 1024  # as deploy/rabbitmq/tidings.conf has it


@pytest.mark.parametrize("name", poison.ALL)
def test_poison_is_parked_and_the_next_event_is_applied(name, hearer, comments):
    comment_id = UUID(int=next(NUMBERS))
    spoilt = poison.ALL[name]
    body = spoilt.body(comment_id)

    tell(comments, body)

    hearer.applies_the_next(comments)
    assert not hearer.holds(comment_id)
    parked = hearer.parked(body)
    assert (parked.body, parked.reason, parked.origin, parked.routing_key) == (
        body,
        spoilt.reason,
        "comments",
        CREATED,
    )


def test_s113_the_largest_body_that_the_broker_takes_is_parked(hearer, comments):
    body = b"x" * LARGEST

    tell(comments, body)

    hearer.applies_the_next(comments)
    assert hearer.parked(body).reason == "not_an_envelope"


def test_s113_a_larger_body_is_refused_by_the_broker(hearer, comments, heard_vhost):
    with pytest.raises(AMQPChannelError, match="PRECONDITION_FAILED"):
        tell(comments, b"x" * (LARGEST + 1))

    with channel_of("comments", heard_vhost) as channel:
        hearer.applies_the_next(channel)


def test_s114_headers_of_a_megabyte_are_refused_by_the_broker(hearer, comments, heard_vhost):
    with pytest.raises(AMQPConnectionError):
        tell(comments, new()[1], headers={"correlation_id": "x" * 1_000_000})

    with channel_of("comments", heard_vhost) as channel:
        hearer.applies_the_next(channel)
