"""Events for tests, with everything but what matters filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared_events.catalogue import CommentCreated, CommentDeleted, CommentJudged, CommentUpdated, PostCreated

POST = UUID(int=1)
COMMENT = UUID(int=2)
CASE = UUID(int=3)
LONG_AGO = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def post_created(post_id: UUID = POST, version: int = 1, **changes: Any) -> PostCreated:
    state = {"edition": 1, "author": "ann", "title": "A title", "body": "A body", "status": "published"}
    return PostCreated(post_id=post_id, version=version, published_at=LONG_AGO, **{**state, **changes})


def comment_created(comment_id: UUID = COMMENT, version: int = 1, **changes: Any) -> CommentCreated:
    return CommentCreated(comment_id=comment_id, version=version, **_comment_state(changes))


def comment_updated(comment_id: UUID = COMMENT, version: int = 2, **changes: Any) -> CommentUpdated:
    return CommentUpdated(comment_id=comment_id, version=version, **_comment_state(changes))


def comment_deleted(comment_id: UUID = COMMENT, version: int = 3) -> CommentDeleted:
    return CommentDeleted(comment_id=comment_id, version=version, post_id=POST)


def comment_judged(case_id: UUID = CASE, version: int = 1, **changes: Any) -> CommentJudged:
    state = {"comment_id": COMMENT, "edition": 1, "verdict": "approved", "reasons": (), "judged_by": "rules"}
    return CommentJudged(case_id=case_id, version=version, **{**state, **changes})


def _comment_state(changes: dict[str, Any]) -> dict[str, Any]:
    state = {"post_id": POST, "edition": 1, "author": "bob", "body": "Hello", "status": "pending"}
    return {**state, "written_at": LONG_AGO, **changes}
