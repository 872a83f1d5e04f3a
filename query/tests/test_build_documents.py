"""Documents for posts that were here before there were documents."""

from io import StringIO

import pytest
from django.core.management import call_command

from query.models import PostDocument
from query.tests import recount, visits
from query.tests.events import comment_updated, post_created, post_deleted, post_id, post_updated
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts_without_documents():
    deliver(
        *(post_created(number) for number in range(1, 8)), post_deleted(6), post_updated(7, status="hidden")
    )
    deliver(*(comment_updated(number, post=1 + number % 7) for number in range(1, 30)))
    PostDocument.objects.all().delete()


def build(**options) -> str:
    said = StringIO()
    call_command("build_documents", stdout=said, **options)
    return said.getvalue()


@pytest.mark.parametrize("batch", [1, 3, 7, 500])
def test_every_post_gets_its_document(batch):
    assert visits.feed() == []

    assert build(batch=batch) == "made 7 documents\n"

    assert recount.documents() == recount.expected_documents()
    assert recount.counts() == recount.expected_counts()
    assert len(visits.feed()) == 5


def test_what_was_made_before_is_not_made_again():
    build()
    PostDocument.objects.filter(pk=post_id(1)).delete()
    PostDocument.objects.filter(pk=post_id(2)).update(comment_count=99)

    assert build() == "made 1 documents\n"
    assert build() == "nothing to make: every post has its document\n"
    assert PostDocument.objects.get(pk=post_id(2)).comment_count == 99


def test_all_are_made_anew_when_they_are_doubted():
    build()
    PostDocument.objects.update(comment_count=99, text="{}", tag="wrong")

    assert build(all=True, batch=2) == "made 7 documents\n"

    assert recount.documents() == recount.expected_documents()


def test_the_worker_may_be_ahead():
    deliver(comment_updated(30, post=1))

    assert build() == "made 6 documents\n"
    assert recount.counts() == recount.expected_counts()
