"""A POST that is sent again under its key takes effect once."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chassis.idempotency.models import UsedKey
from chassis.testing import bearer
from posts.models import Post
from shared_events.testing import told
from shared_events.tests.waiting import until

POSTS = "/posts/api/v1/posts/"
TEXT = {"title": "Title", "body": "Body"}
PROBLEM = "application/problem+json"


def send(client, address=POSTS, *, key="a-key", text=TEXT):
    return client.post(address, text, format="json", headers={"idempotency-key": key})


def age(key: UsedKey, **age: int) -> None:
    key.used_at = timezone.now() - timedelta(**age)
    key.save()


def test_the_same_request_gets_the_same_answer_and_does_nothing(alice):
    first, second = send(alice), send(alice)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    for name in ("Location", "ETag", "Content-Type"):
        assert second[name] == first[name]
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Post.objects.count() == len(told()) == 1


def test_the_answer_is_that_of_the_time_whatever_became_of_the_post(alice):
    first = send(alice)
    alice.delete(first["Location"])

    assert send(alice).content == first.content


def test_spaces_and_the_order_of_fields_make_no_other_request(alice):
    send(alice)
    body = '{"body":  "Body",\n"title": "Title"}'
    again = alice.post(POSTS, body, content_type="application/json", headers={"idempotency-key": "a-key"})

    assert (again.status_code, Post.objects.count()) == (201, 1)


def test_another_request_under_the_same_key_is_refused(alice):
    post = send(alice)["Location"]
    answers = [
        send(alice, text=TEXT | {"title": "Other"}),
        send(alice, text={}),
        send(alice, f"{post}publish/", text={}),
    ]

    assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(422, PROBLEM)}
    assert {answer.json()["code"] for answer in answers} == {"idempotency_key_used"}
    assert Post.objects.count() == 1


def test_a_key_belongs_to_its_caller(alice, bruno):
    posts = [send(client).json() for client in (alice, bruno)]

    assert [post["author"] for post in posts] == ["alice", "bruno"]


def test_without_a_key_every_post_takes_effect(alice):
    for _ in range(2):
        alice.post(POSTS, TEXT, format="json")

    assert Post.objects.count() == 2
    assert not UsedKey.objects.exists()


def test_what_is_refused_leaves_no_key_behind(alice):
    assert send(alice, text={"title": "No body"}).status_code == 400
    assert send(alice).status_code == 201


def test_the_key_and_the_effect_are_lost_together(alice, monkeypatch):
    monkeypatch.setattr("chassis.idempotency.once._keep", lambda *_: 1 / 0)
    alice.raise_request_exception = False
    assert send(alice).status_code == 500
    assert not Post.objects.exists() and not UsedKey.objects.exists() and not told()

    monkeypatch.undo()
    assert send(alice).status_code == 201


@pytest.mark.parametrize("verb", ["publish", "withdraw"])
def test_a_deed_takes_effect_once_per_key(alice, verb):
    post = send(alice, key="made", text=TEXT | {"status": "draft"})["Location"]
    first = send(alice, f"{post}{verb}/", text={})
    alice.post(f"{post}withdraw/")

    assert send(alice, f"{post}{verb}/", text={}).content == first.content


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 129, "é".encode().decode("latin-1"), "\t"])
def test_a_key_that_is_none_is_refused(alice, key):
    answer = send(alice, key=key)

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert not Post.objects.exists()


@pytest.mark.parametrize("key", ["k" * 128, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "!~"])
def test_any_other_key_will_do(alice, key):
    assert send(alice, key=key).json() == send(alice, key=key).json()


def test_nobody_uses_a_key_without_a_name(anyone):
    assert send(anyone).status_code == 401
    assert not UsedKey.objects.exists()


def test_a_key_is_kept_for_a_day(alice):
    first = send(alice).json()
    age(UsedKey.objects.get(), hours=23)
    assert send(alice).json() == first

    age(UsedKey.objects.get(), hours=25)
    assert send(alice).json() != first
    assert UsedKey.objects.count() == 1


def test_old_keys_go_as_new_ones_come(alice):
    UsedKey.objects.bulk_create(
        UsedKey(caller="x", key=str(number), used_at=timezone.now() - timedelta(days=1, minutes=number))
        for number in range(30)
    )
    send(alice, key="one")
    assert UsedKey.objects.count() == 11

    send(alice, key="two")
    assert set(UsedKey.objects.values_list("key", flat=True)) == {"one", "two"}


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'",
    reason="SQLite lets one transaction write at a time: these two cannot meet; runs on PostgreSQL",
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_lost", [False, True])
def test_of_two_at_once_one_takes_effect(alice, is_lost):
    answers = []
    other = Thread(target=lambda: answers.append(send_elsewhere()))

    with transaction.atomic():
        answers.append(send(alice))
        other.start()
        until(somebody_waits_for_us)
        transaction.set_rollback(is_lost)
    other.join()

    assert [answer.status_code for answer in answers] == [201, 201]
    assert (answers[0].content == answers[1].content) is not is_lost
    assert Post.objects.count() == len(told()) == 1


def send_elsewhere():
    try:
        return send(bearer("alice"))
    finally:
        connection.close()


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks "
            "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0]
