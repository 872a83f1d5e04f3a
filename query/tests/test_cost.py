"""What a read costs, however much there is."""

import pytest
from django.db import connection

from query import queries
from query.tests import visits
from query.tests.events import comment_updated, post_created, post_id
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def much():
    deliver(*(post_created(number) for number in range(1, 41)))
    deliver(*(comment_updated(number, post=1 + number % 40) for number in range(1, 201)))


def test_a_page_of_the_feed_takes_two_statements(much, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        posts = visits.feed(page_size=40)

    assert sum(len(post["comments"]) for post in posts) == 120


def test_the_page_of_a_post_takes_two_statements(much, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert len(visits.page()["comments"]) == 5


def test_the_comments_of_a_post_take_two_statements(much, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert len(visits.comments()) == 5


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        ("published_newest_first", lambda: queries.feed().order_by("-published_at", "-id")[:20]),
        ("published_of_an_author", lambda: queries.feed(author="ann").order_by("-published_at", "-id")[:20]),
        (
            "approved_newest_first",
            lambda: queries.comments_of(post_id(1)).order_by("-written_at", "-id")[:20],
        ),
    ],
)
def test_a_list_is_read_from_its_index_without_sorting(much, index, rows):
    if connection.vendor == "postgresql":
        # With so few rows PostgreSQL would rather read them all: the question is whether the index serves.
        connection.cursor().execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    plan = rows().explain()

    assert index in plan
    assert "approved_newest_first" in plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan
