"""Answers that a process keeps: never one that no longer holds, and never more than it may."""

import pytest

from query.api import ready
from query.api.kept import Answer, Answers, size_of
from query.tests import visits
from query.tests.events import comment_updated, post_created, post_deleted, post_updated
from shared_events.testing import deliver

ANSWER = Answer("tag", b"x" * 500)


@pytest.fixture
def two_posts():
    deliver(post_created(1), post_created(2), comment_updated())


@pytest.mark.django_db
def test_who_asks_again_is_sent_the_same_and_no_text_is_read(two_posts, django_assert_num_queries):
    first = visits.get(visits.FEED)
    with django_assert_num_queries(1) as asked:
        second = visits.get(visits.FEED)

    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    assert "text" not in asked[0]["sql"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        post_updated(title="Edited"),
        post_updated(status="hidden"),
        post_deleted(),
        post_created(3),
        comment_updated(version=3, body="Edited"),
    ],
)
def test_whatever_changed_is_seen_at_once(two_posts, change):
    before = visits.get(visits.FEED)
    deliver(change)
    after = visits.get(visits.FEED)

    assert after.content != before.content
    assert after.content == visits.get(visits.FEED, page_size=20).content
    assert visits.get(visits.FEED).content == after.content


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"HTTP_HOST": "localhost"}, {"QUERY_STRING": "page_size=1"}])
def test_an_answer_with_other_addresses_in_it_is_another(two_posts, client, other):
    assert client.get(visits.FEED).content != client.get(visits.FEED, **other).content


@pytest.mark.django_db
def test_what_was_kept_for_a_program_is_a_page_for_people(two_posts, client):
    visits.get(visits.FEED)

    page = client.get(visits.FEED, HTTP_ACCEPT="text/html")
    indented = client.get(visits.FEED, HTTP_ACCEPT="application/json; indent=4")

    assert page["Content-Type"].startswith("text/html") and "ETag" not in page
    assert indented.json() == visits.get(visits.FEED).json()
    assert b"\n    " in indented.content


@pytest.mark.django_db
def test_nothing_is_kept_of_a_refusal(two_posts):
    assert visits.get(visits.FEED, page_size="none").status_code == 400

    assert ready._answers.find(("http", None, visits.FEED, "page_size=none")) is None


def test_the_answers_that_nobody_asked_for_make_room():
    answers = Answers(3 * size_of(("1",), ANSWER))
    for address in ("1", "2", "3"):
        answers.keep((address,), ANSWER)
    answers.find(("1",))
    answers.keep(("4",), ANSWER)

    assert [address for address in "1234" if answers.find((address,))] == ["1", "3", "4"]


def test_an_answer_takes_the_place_of_the_one_before():
    answers = Answers(2 * size_of(("1",), ANSWER))
    for number in range(9):
        answers.keep(("1",), Answer(str(number), ANSWER.body))
    answers.keep(("2",), ANSWER)

    assert answers.find(("1",)) == Answer("8", ANSWER.body) and answers.find(("2",)) == ANSWER


def test_what_is_larger_than_all_room_is_not_kept():
    answers = Answers(100)
    answers.keep(("1",), ANSWER)

    assert answers.find(("1",)) is None
