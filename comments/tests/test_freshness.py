"""Reading what one has just written elsewhere: `Tidings-After` and `Tidings-Version`."""

from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from chassis import freshness
from comments.models import Comment
from comments.tests.events import POST, post_created, post_deleted, post_updated
from shared_events.testing import deliver

ON_POST, COMMENTS = f"/comments/api/v1/posts/{POST}/comments/", "/comments/api/v1/comments/"
PROBLEM = "application/problem+json"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pauses(monkeypatch):
    """A clock that only pauses move; what a test puts into ``.on`` happens in the pause of that number."""

    class Pauses(list):
        on = {}

        def sleep(self, seconds):
            self.append(seconds)
            self.on.get(len(self), lambda: None)()

        def monotonic(self):
            return sum(self)

    pauses = Pauses()
    pauses.on = {}
    monkeypatch.setattr(freshness, "time", pauses)
    return pauses


def read(client, after, address=ON_POST):
    return client.get(address, headers={"tidings-after": after})


@pytest.mark.parametrize("event", [post_created(version=3), post_updated(version=4)])
def test_what_is_known_here_is_answered_at_once(anonymous, pauses, event):
    deliver(event)

    assert read(anonymous, f"{POST}@3").status_code == 200
    assert pauses == []


def test_a_deletion_is_news_as_well(bob, pauses):
    deliver(post_created(version=1), post_deleted(version=2))

    assert read(bob, f"{POST}@2", COMMENTS).status_code == 200
    assert pauses == []


def test_an_answer_waits_for_what_is_on_its_way(anonymous, pauses):
    deliver(post_created(version=1))
    pauses.on = {2: lambda: deliver(post_updated(version=2)), 4: lambda: deliver(post_updated(version=3))}

    assert read(anonymous, f"{POST}@3").status_code == 200
    assert len(pauses) == 4


def test_a_write_waits_as_well(bob, pauses):
    pauses.on = {3: lambda: deliver(post_created(version=1))}
    headers = {"tidings-after": f"{POST}@1"}

    assert bob.post(ON_POST, {"body": "Hello"}, format="json").status_code == 404
    assert bob.post(ON_POST, {"body": "Hello"}, format="json", headers=headers).status_code == 201


def test_what_never_comes_is_waited_for_a_few_seconds_and_few_looks(anonymous, pauses):
    deliver(post_created(version=1))
    answer = read(anonymous, f"{POST}@2")

    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, PROBLEM, "1")
    assert answer.json()["code"] == "not_heard_yet"
    assert 2.8 < sum(pauses) <= 3.0
    assert len(pauses) < 45


def test_to_be_told_to_wait_is_nobody_s_fault(anonymous, pauses, caplog):
    read(anonymous, f"{POST}@2")

    said = {(record.name, record.levelname) for record in caplog.records}
    assert said == {("chassis.freshness", "INFO"), ("chassis.requests", "INFO")}
    assert f"{POST} in version 2" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_it_waits(anonymous, pauses):
    deliver(post_created(version=1))
    seen = []
    pauses.on = {number: lambda: seen.append(is_in_transaction()) for number in (1, 2, 3)}
    read(anonymous, f"{POST}@2")

    assert seen == [False, False, False]


def is_in_transaction() -> bool:
    if connection.vendor == "sqlite":
        return connection.connection.in_transaction
    return connection.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE


def test_those_who_wait_leave_room_for_those_who_do_not(anonymous, pauses):
    deliver(post_created(version=1))
    for _ in range(freshness.WAITING_AT_ONCE):
        freshness._places.acquire()
    try:
        refused, served = read(anonymous, f"{POST}@2"), read(anonymous, f"{POST}@1")
    finally:
        freshness._places.release(freshness.WAITING_AT_ONCE)

    assert (refused.status_code, served.status_code) == (503, 200)
    assert pauses == []


def test_places_are_given_back(anonymous, pauses):
    deliver(post_created(version=1))
    for _ in range(2 * freshness.WAITING_AT_ONCE):
        pauses.clear()
        read(anonymous, f"{POST}@2")
        assert pauses


@pytest.mark.parametrize(
    "after",
    [
        *("", "@", "7@1", f"{POST}", f"{POST}@", f"@{POST}", f"{POST}@-1", f"{POST}@x", f"{POST}@1@2"),
        *(f"{POST}@1, {POST}@2", f"{{{POST}}}@1", f"{POST.hex}@1", f"{POST}@{'9' * 19}", f"{POST}@²"),
    ],
)
def test_what_cannot_be_meant_is_refused(anonymous, pauses, after):
    answer = read(anonymous, after)

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert "Tidings-Version" in answer.json()["detail"]


@pytest.mark.parametrize("after", [f"{uuid4()}@0", f" {POST}@1 ", f"{POST}@001"])
def test_what_is_nothing_new_is_not_waited_for(anonymous, pauses, after):
    deliver(post_created(version=1))

    assert read(anonymous, after).status_code == 200
    assert pauses == []


def test_a_stranger_does_not_wait(anonymous, pauses):
    assert read(anonymous, f"{POST}@1", COMMENTS).status_code == 401
    assert pauses == []


def test_every_write_names_what_others_are_to_wait_for(post, bob, pauses):
    written = bob.post(ON_POST, {"body": "Hello"}, format="json")
    address, comment = written["Location"], UUID(written.json()["id"])
    answers = [
        written,
        bob.patch(address, {"body": "Hello again"}, format="json"),
        bob.patch(address, {"body": "Hello again"}, format="json"),
        bob.delete(address),
    ]

    versions = [f"{comment}@{version}" for version in (1, 2, 2, 3)]
    assert [answer["Tidings-Version"] for answer in answers] == versions
    assert Comment.objects.get().version == 3
    assert read(bob, versions[-1], COMMENTS).status_code == 200
    assert pauses == []
