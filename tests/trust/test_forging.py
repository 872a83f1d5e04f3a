"""What a publisher may say beside an event, or about another's, over a real broker: nobody believes it."""

import json
import os
import pickle
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.assembly import until
from tests.trust.broker import Channel, channel_of, publish
from tests.trust.hearing import CREATED, new, tell


@pytest.fixture
def posts_heard(heard_vhost) -> Iterator[Channel]:
    with channel_of("posts", heard_vhost) as channel:
        yield channel


STRANGE = {
    "S114 a header as long as a frame": {"headers": {"correlation_id": "x" * 100_000}},
    "S114 a header that is a table": {"headers": {"correlation_id": {"a": [1, {"b": None}]}}},
    "S114 another message's id": {"message_id": str(UUID(int=1))},
    "S118 JSON that says it is pickle": {"content_type": "application/x-python-serialize"},
    "S118 JSON that says it is YAML": {"content_type": "application/x-yaml"},
    "S118 JSON that says it is compressed": {"headers": {"compression": "application/x-gzip"}},
    "S119 the highest priority": {"priority": 255},
    "S119 a day to live": {"expiration": "86400000"},
    "S119 dead letters of before": {
        "headers": {"x-death": [{"queue": "query.events", "reason": "delivery_limit", "count": 10**9}]}
    },
    "S120 delivered a million times": {"headers": {"x-delivery-count": 1_000_000}},
    "S120 an acquired count": {"headers": {"x-acquired-count": -1}},
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_a_publisher_says_beside_the_event_changes_nothing(name, hearer, comments):
    comment_id, body = new()

    tell(comments, body, **STRANGE[name])

    hearer.wait_for(comment_id)
    assert hearer.parked(body) is None


def test_s119_what_expired_unheard_is_parked_and_says_so(hearer, expired):
    comment_id, body = expired

    parked = until(lambda: hearer.parked(body), seconds=60, saying=hearer.said)
    assert parked == (body, "expired", "comments", "dead", CREATED)
    assert not hearer.holds(comment_id)


def test_s114_two_events_with_one_id_are_both_applied(hearer, comments):
    """A copy goes by what an event is about and by its version; nothing hangs on its id.

    Where something does, in the inbox of a handler, the second is parked: see test_handlers.py.
    """
    (first_id, first), (second_id, second) = new(), new()
    doubled = json.dumps(json.loads(second) | {"id": json.loads(first)["id"]}).encode()

    tell(comments, first)
    tell(comments, doubled)

    hearer.wait_for(second_id)
    assert hearer.holds(first_id)
    assert hearer.parked(doubled) is None


class Opens:
    """Unpickled, it leaves a folder behind."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return os.mkdir, (self.path,)


def test_s118_a_pickle_is_never_opened(hearer, comments, tmp_path):
    body = pickle.dumps(Opens(str(tmp_path / "opened")))

    tell(comments, body, content_type="application/x-python-serialize", content_encoding="binary")

    hearer.applies_the_next(comments)
    assert hearer.parked(body).reason == "not_an_envelope"
    assert not (tmp_path / "opened").exists()


def test_s108_nobody_s_event_is_parked_as_untrusted(hearer, comments):
    comment_id, body = new()

    tell(comments, body, user_id=None)

    hearer.applies_the_next(comments)
    assert not hearer.holds(comment_id)
    assert hearer.parked(body)[1:4] == ("untrusted_origin", "", "dead")


def test_s108_the_right_user_s_word_about_another_s_thing_is_parked_as_untrusted(
    hearer, comments, posts_heard
):
    comment_id, body = new()

    publish(posts_heard, "posts.events", "posts.post.created", body, user_id="posts")

    hearer.applies_the_next(comments)
    assert not hearer.holds(comment_id)
    assert hearer.parked(body)[1:4] == ("untrusted_origin", "posts", "dead")


@pytest.mark.parametrize("header", ["CC", "BCC"])
def test_s99_a_forged_routing_key_in_its_own_exchange_reaches_nobody_who_trusts_it(
    header, hearer, comments, posts_heard
):
    """There is no exchange that two services share; a further key is heard of in this one alone."""
    comment_id, body = new()

    publish(posts_heard, "posts.events", CREATED, body, user_id="posts", headers={header: [CREATED]})

    hearer.applies_the_next(comments)
    assert not hearer.holds(comment_id)
    assert hearer.parked(body) is None
