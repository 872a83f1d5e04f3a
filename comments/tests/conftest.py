import pytest
from rest_framework.test import APIClient

from chassis.testing import bearer
from comments import commands
from comments.models import Comment
from comments.tests.events import POST, judged, post_created
from shared_events.testing import deliver


@pytest.fixture
def post(db):
    """A post that is shown."""
    deliver(post_created())
    return POST


@pytest.fixture
def comment(post) -> Comment:
    """Bob's comment on it, which waits for its verdict."""
    return commands.write_comment(post_id=post, author="bob", body="Hello")


@pytest.fixture
def approved(comment) -> Comment:
    """Bob's comment, approved."""
    deliver(judged(comment, "approved"))
    comment.refresh_from_db()
    return comment


@pytest.fixture
def bob() -> APIClient:
    return bearer("bob")


@pytest.fixture
def carol() -> APIClient:
    return bearer("carol")


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()
