"""What the other services tell, with everything but what matters filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from comments.models import Comment
from shared_events.catalogue import CommentJudged, PostCreated, PostDeleted, PostUpdated

POST = UUID(int=1)
STATE = {
    "edition": 1,
    "author": "ann",
    "title": "A title",
    "body": "A body",
    "status": "published",
    "published_at": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
}


def post_created(post_id: UUID = POST, version: int = 1, **changes: Any) -> PostCreated:
    return PostCreated(post_id=post_id, version=version, **{**STATE, **changes})


def post_updated(post_id: UUID = POST, version: int = 2, **changes: Any) -> PostUpdated:
    return PostUpdated(post_id=post_id, version=version, **{**STATE, **changes})


def post_deleted(post_id: UUID = POST, version: int = 3) -> PostDeleted:
    return PostDeleted(post_id=post_id, version=version)


def judged(comment: Comment, verdict: str, *, version: int = 1, edition: int | None = None) -> CommentJudged:
    return CommentJudged(
        case_id=uuid4(),
        comment_id=comment.id,
        version=version,
        edition=comment.edition if edition is None else edition,
        verdict=verdict,
        reasons=(),
        judged_by="rules",
    )
