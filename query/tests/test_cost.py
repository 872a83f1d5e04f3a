"""What a read and a batch cost, however much there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from query.models import CommentReplica, PostDocument
from query.projections import NEWEST_COMMENTS
from query.tests import visits
from query.tests.events import (
    comment_created,
    comment_id,
    comment_updated,
    minute,
    post_created,
    post_id,
    post_updated,
)
from shared_events import configuration
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db

MANY = 3000  # comments on one post


@pytest.fixture
def much():
    deliver(*(post_created(number) for number in range(1, 41)))
    deliver(*(comment_updated(number, post=1 + number % 40) for number in range(1, 201)))


@pytest.fixture
def one_post_with_many_comments():
    deliver(post_created(1), post_created(2), comment_updated(1, post=2))
    pattern = CommentReplica.objects.get()
    rows = []
    for number in range(2, MANY + 2):
        pattern.id, pattern.post_id, pattern.written_at = comment_id(number), post_id(1), minute(number)
        rows.append(CommentReplica(**{f.attname: getattr(pattern, f.attname) for f in pattern._meta.fields}))
    CommentReplica.objects.bulk_create(rows)
    PostDocument.objects.filter(pk=post_id(1)).update(comment_count=MANY)


def statements_of(*events) -> list[str]:
    """What the database was asked in one batch, but for savepoints and for the rows that replicas take."""
    with CaptureQueriesContext(connection) as asked:
        assert deliver(*events) == 0
    # On PostgreSQL the rows of a batch pass Django by and are not seen here: see shared_events.upsert.
    unseen = ("SAVEPOINT", "RELEASE", "INSERT INTO")
    return [one["sql"] for one in asked if not one["sql"].startswith(unseen)]


def plan_of(statement: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # PostgreSQL would rather read so few rows all: the question is whether the index serves.
            cursor.execute("ANALYZE")  # another test's rows may be what the planner knows
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        return "\n".join(str(row) for row in cursor.fetchall())


def test_a_page_of_the_feed_takes_one_statement(much, django_assert_num_queries):
    with django_assert_num_queries(1):
        posts = visits.feed(page_size=40)

    assert sum(len(post["comments"]) for post in posts) == 40 * NEWEST_COMMENTS


@pytest.mark.parametrize("narrowed", [{"author": "ann"}, {"q": "post body"}, {"author": "ann", "q": "post"}])
def test_so_does_a_narrowed_one(much, django_assert_num_queries, narrowed):
    with django_assert_num_queries(1):
        assert len(visits.feed(page_size=40, **narrowed)) == 40


def test_the_page_of_a_post_takes_one_statement(much, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(visits.page()["comments"]) == NEWEST_COMMENTS


def test_the_comments_of_a_post_take_two_statements(much, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(visits.comments()) == 5


@pytest.mark.parametrize("address", [visits.FEED, visits.page_address()])
def test_what_has_not_changed_is_answered_without_reading_a_text(much, django_assert_num_queries, address):
    tag = visits.get(address)["ETag"]

    with django_assert_num_queries(1) as asked:
        answer = APIClient().get(address, HTTP_IF_NONE_MATCH=tag)

    assert (answer.status_code, answer.content) == (304, b"")
    assert "d.text" not in asked[0]["sql"]


@pytest.mark.parametrize(
    ("index", "address"),
    [
        ("shown_newest_first", f"{visits.FEED}"),
        ("shown_of_an_author", f"{visits.FEED}?author=ann"),
        ("approved_newest_first", visits.comments_address()),
    ],
)
@pytest.mark.parametrize("page", ["first", "older", "newer"])
def test_a_list_is_read_from_its_index_without_sorting(much, index, address, page):
    deliver(*(post_created(number, author=f"author {number}") for number in range(100, 300)))
    if page != "first":
        address = visits.get(address, page_size=2, author="ann" if "author" in address else []).json()["next"]
    if page == "newer":
        address = visits.get(address).json()["previous"]
    with CaptureQueriesContext(connection) as asked:
        assert visits.get(address).json()["results"]

    plan = plan_of(asked[-1]["sql"])

    assert index in plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan


def test_words_are_looked_up_in_their_index(much):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no such index, and looks through all posts")
    with CaptureQueriesContext(connection) as asked:
        visits.feed(q="rare")

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # Of so few rows PostgreSQL would look at each: the question is whether the index serves.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        assert "words_of_posts" in str(cursor.fetchall())


def test_a_batch_takes_as_many_statements_for_forty_posts_as_for_one(much):
    one = statements_of(comment_updated(1, post=2, version=3, body="Edited"), post_updated(2))
    forty = statements_of(
        *(comment_updated(number, post=1 + number % 40, version=4, body="Again") for number in range(1, 201)),
        *(post_updated(number, version=3) for number in range(1, 41)),
    )

    assert len(forty) == len(one)
    # Each kind of replica is locked, and so are documents; comments are chosen, and read.
    assert len(one) == 2 + 3


def test_a_comment_that_nobody_sees_touches_no_document(much):
    assert statements_of(*(comment_created(number, post=1) for number in range(1000, 1010))) == []


def test_a_comment_costs_no_more_on_a_post_that_has_thousands(one_post_with_many_comments):
    on_quiet_post = statements_of(comment_updated(1, post=2, version=3, body="Edited"))
    on_busy_post = statements_of(comment_updated(2, post=1, version=3, body="Edited"))

    assert len(on_busy_post) == len(on_quiet_post)
    assert not [statement for statement in on_busy_post if "COUNT(" in statement]
    (newest,) = [statement for statement in on_busy_post if "newest_0" in statement]
    plan = plan_of(newest)
    assert plan.count("approved_newest_first") == NEWEST_COMMENTS
    assert "Sort" not in plan and "TEMP B-TREE" not in plan
    assert visits.page()["comment_count"] == MANY


def test_a_new_post_asks_for_its_comments_alone():
    [asked] = statements_of(post_created(1))

    assert "COUNT(" in asked


def test_nothing_that_readers_wait_for_is_held_up():
    assert configuration.batch_every() == 0
