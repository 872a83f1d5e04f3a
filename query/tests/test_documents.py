"""Documents equal what a recount of the replicas gives, whatever is heard, in whatever order and batches."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from query.models import PostDocument, PostReplica
from query.projections import renew
from query.tests import recount, visits
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
from shared_events.testing import deliver, sealed

POSTS, COMMENTS = st.integers(1, 3), st.integers(1, 8)
VERSIONS = st.integers(1, 6)
# PostgreSQL keeps no NUL: such an event is parked, and leaves nothing behind.
TEXTS = st.sampled_from(["Words", 'Quotes "and" \\ signs', "\x01", "\0", "é\u2028😀"])
MINUTES = st.integers(0, 3).map(minute)

EVENTS = st.one_of(
    st.builds(post_created, POSTS, VERSIONS, title=TEXTS, published_at=MINUTES),
    st.builds(post_updated, POSTS, VERSIONS, title=TEXTS, status=st.sampled_from(["published", "hidden"])),
    st.builds(post_deleted, POSTS, VERSIONS),
    st.builds(comment_created, COMMENTS, VERSIONS, post=POSTS, body=TEXTS),
    # A comment never moves to another post; if one did, both would be right.
    st.builds(
        comment_updated,
        COMMENTS,
        VERSIONS,
        post=POSTS,
        body=TEXTS,
        written_at=MINUTES,
        status=st.sampled_from(["approved", "approved", "pending", "rejected"]),
    ),
    st.builds(comment_deleted, COMMENTS, VERSIONS, post=POSTS),
)


@pytest.mark.django_db
@settings(max_examples=60)
@given(batches=st.lists(st.lists(EVENTS, max_size=8), min_size=1, max_size=5))
def test_documents_equal_a_recount_whatever_is_heard(batches):
    with transaction.atomic():
        for batch in batches:
            deliver(*batch)

            assert recount.documents() == recount.expected_documents()
            assert recount.counts() == recount.expected_counts()
        deliver(*(event for batch in reversed(batches) for event in reversed(batch)))
        assert recount.documents() == recount.expected_documents()
        assert recount.counts() == recount.expected_counts()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_heard_again_writes_no_document():
    messages = [sealed(event) for event in (post_created(), comment_updated(), comment_deleted(2))]
    deliver(*messages)
    PostDocument.objects.update(tag="as it was")

    deliver(*messages)
    deliver(post_updated(2), comment_created(3))

    assert PostDocument.objects.get(pk=post_id(1)).tag == "as it was"


@pytest.mark.django_db
def test_the_comments_of_a_post_without_a_document_are_counted_when_one_is_made():
    deliver(post_created(), *(comment_updated(number) for number in range(1, 8)))
    PostDocument.objects.all().delete()

    deliver(comment_updated(8))

    assert recount.documents() == recount.expected_documents()
    assert visits.page()["comment_count"] == 8


@pytest.mark.django_db
def test_a_wrong_count_is_mended_when_a_recount_is_asked_for():
    deliver(post_created(), comment_updated(1))
    PostDocument.objects.update(comment_count=7)

    renew([post_id(1)], {}, recount=True)

    assert visits.page()["comment_count"] == 1


@pytest.mark.django_db
def test_a_post_and_its_comment_that_vanish_from_the_replicas_vanish_when_they_are_renewed():
    deliver(post_created(), comment_updated(1))
    PostReplica.objects.all().delete()

    renew([post_id(1)], {})

    assert visits.feed() == []
    assert recount.documents() == {}
