import pytest
from django.db import connection

from query.models import CommentReplica, PostDocument
from query.projections import NEWEST_COMMENTS
from query.tests import visits
from query.tests.events import (
    comment_created,
    comment_deleted,
    comment_updated,
    minute,
    post_created,
    post_deleted,
    post_id,
    post_updated,
)
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_indexes():
    """An index hands out its rows in its order, even where none was asked for."""
    for index in PostDocument._meta.indexes + CommentReplica._meta.indexes:
        connection.cursor().execute(f"DROP INDEX {index.name}")


def test_the_feed_shows_the_newest_post_first_whenever_it_was_heard():
    deliver(post_created(2), post_created(3), post_created(1))

    assert visits.titles() == ["Post 3", "Post 2", "Post 1"]


def test_posts_published_at_the_same_moment_are_ordered_by_id(without_indexes):
    deliver(*(post_created(number, published_at=minute(0)) for number in (2, 3, 1)))

    assert visits.titles() == ["Post 3", "Post 2", "Post 1"]


def test_an_edit_does_not_move_a_post_in_the_feed():
    deliver(post_created(1), post_created(2))
    deliver(post_updated(1, title="Edited"))

    assert visits.titles() == ["Post 2", "Edited"]


def test_the_feed_of_an_author_shows_this_author_alone():
    deliver(post_created(1, author="ann"), post_created(2, author="anna"), post_created(3, author="Ann"))

    assert visits.titles(author="ann") == ["Post 1"]
    assert visits.titles(author="nobody") == []
    assert visits.titles(author=" ann") == []


def test_an_empty_author_is_no_filter():
    deliver(post_created(1))

    assert visits.titles(author="") == ["Post 1"]


def test_every_post_is_on_exactly_one_page_of_the_feed(without_indexes):
    deliver(*(post_created(number, published_at=minute(number // 4)) for number in range(1, 31)))

    found = [post["id"] for post in visits.walk(visits.FEED, page_size=7)]

    assert found == [str(post_id(number)) for number in range(30, 0, -1)]


def test_a_post_that_comes_while_somebody_reads_on_shifts_nothing():
    deliver(*(post_created(number) for number in range(1, 5)))
    first = visits.get(visits.FEED, page_size=2).json()

    deliver(post_created(5))

    assert [post["title"] for post in visits.walk(first["next"])] == ["Post 2", "Post 1"]


def test_a_reader_comes_back_the_way_they_went():
    deliver(*(post_created(number) for number in range(1, 8)))
    first = visits.get(visits.FEED, page_size=3).json()
    second = visits.get(first["next"]).json()
    third = visits.get(second["next"]).json()

    assert [len(page["results"]) for page in (first, second, third)] == [3, 3, 1]
    assert (first["previous"], third["next"]) == (None, None)
    back = visits.get(third["previous"]).json()
    assert back["results"] == second["results"]
    assert visits.get(back["previous"]).json() == first | {
        "next": visits.get(back["previous"]).json()["next"]
    }
    assert visits.get(back["previous"]).json()["previous"] is None


def test_an_address_of_another_page_keeps_what_was_asked_for():
    deliver(*(post_created(number, author="ann & bob") for number in range(1, 4)), post_created(4))

    found = visits.walk(visits.FEED, author="ann & bob", page_size=1)

    assert [post["title"] for post in found] == ["Post 3", "Post 2", "Post 1"]


def test_a_page_holds_a_hundred_posts_at_most():
    deliver(*(post_created(number) for number in range(1, 103)))

    assert len(visits.feed(page_size=1_000_000)) == 100
    assert len(visits.feed()) == 20


@pytest.mark.parametrize("end", [post_updated(status="hidden"), post_deleted(version=2)])
def test_what_is_hidden_withdrawn_or_deleted_is_absent_everywhere(end):
    deliver(post_created(), comment_updated())
    deliver(end)

    assert visits.feed() == []
    assert visits.titles(author="ann") == []
    for address in (visits.page_address(), visits.comments_address()):
        answer = visits.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["detail"] == "There is no such post."


def test_a_hidden_post_that_is_shown_again_has_its_comments_again():
    deliver(post_created(), comment_updated(), post_updated(version=2, status="hidden"))
    deliver(post_updated(version=3))

    assert visits.comments() == ["Comment 1"]


def test_a_post_that_came_hidden_is_never_shown():
    deliver(post_created(status="hidden"))

    assert visits.feed() == []


@pytest.mark.parametrize(
    "end",
    [
        comment_created(version=3),
        comment_updated(version=3, status="rejected"),
        comment_updated(version=3, status="pending"),
        comment_deleted(version=3),
    ],
)
def test_a_comment_that_is_not_approved_is_neither_shown_nor_counted(end):
    deliver(post_created(), comment_updated(1, version=2), comment_updated(2))
    deliver(end)

    shown = [visits.feed()[0], visits.page()]
    assert [post["comment_count"] for post in shown] == [1, 1]
    assert [[comment["body"] for comment in post["comments"]] for post in shown] == [["Comment 2"]] * 2
    assert visits.comments() == ["Comment 2"]


def test_a_post_shows_its_newest_comments_counts_them_all_and_leads_to_them(without_indexes):
    total = NEWEST_COMMENTS + 2
    deliver(post_created(1), post_created(2), comment_updated(99, post=2))
    deliver(*(comment_updated(number) for number in range(1, total + 1)))

    in_feed, page = visits.feed()[1], visits.page()

    everything = [f"Comment {number}" for number in range(total, 0, -1)]
    for post in (in_feed, page):
        assert [comment["body"] for comment in post["comments"]] == everything[:NEWEST_COMMENTS]
        assert post["comment_count"] == total
        assert [comment["body"] for comment in visits.walk(post["comments_url"], page_size=3)] == everything


def test_comments_written_at_the_same_moment_are_ordered_by_id(without_indexes):
    deliver(post_created(), *(comment_updated(number, written_at=minute(0)) for number in (2, 3, 1)))

    assert visits.comments() == ["Comment 3", "Comment 2", "Comment 1"]
    assert [comment["body"] for comment in visits.page()["comments"]] == visits.comments()


def test_when_a_newest_comment_goes_the_next_one_takes_its_place():
    deliver(post_created(), *(comment_updated(number) for number in range(1, NEWEST_COMMENTS + 2)))
    deliver(comment_deleted(NEWEST_COMMENTS + 1))

    newest = [f"Comment {number}" for number in range(NEWEST_COMMENTS, 0, -1)]
    assert [comment["body"] for comment in visits.page()["comments"]] == newest
    assert visits.page()["comment_count"] == NEWEST_COMMENTS


def test_an_edited_comment_is_shown_as_it_is_now():
    deliver(post_created(), comment_updated(version=2))
    deliver(comment_updated(version=3, body="Edited"))

    assert visits.page()["comments"][0]["body"] == "Edited"


def test_a_post_without_comments_says_so():
    deliver(post_created())

    assert (visits.page()["comment_count"], visits.page()["comments"]) == (0, [])
    assert visits.feed()[0]["comments"] == []


def test_an_answer_has_what_readers_need_and_nothing_else():
    deliver(post_created(), comment_updated(7))

    server = "http://testserver"
    expected = {
        "url": f"{server}{visits.page_address()}",
        "id": "00000000-0000-0000-0000-000000000001",
        "author": "ann",
        "title": "Post 1",
        "body": "A body",
        "published_at": "2026-01-01T00:01:00Z",
        "comment_count": 1,
        "comments": [
            {
                "id": "00000000-0000-0000-0000-0000000f4247",
                "author": "bob",
                "body": "Comment 7",
                "written_at": "2026-01-01T00:07:00Z",
            }
        ],
        "comments_url": f"{server}{visits.comments_address()}",
    }
    assert visits.page() == expected
    assert visits.feed() == [expected]
    assert visits.get(visits.comments_address()).json()["results"] == expected["comments"]
