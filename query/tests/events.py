"""Events as the owners tell them, with everything but what matters filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared_events.catalogue import (
    CommentCreated,
    CommentDeleted,
    CommentUpdated,
    PostCreated,
    PostDeleted,
    PostUpdated,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def post_id(number: int) -> UUID:
    return UUID(int=number)


def comment_id(number: int) -> UUID:
    return UUID(int=1_000_000 + number)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def post_created(number: int = 1, version: int = 1, **changes: Any) -> PostCreated:
    return PostCreated(post_id=post_id(number), version=version, **_post_state(number, changes))


def post_updated(number: int = 1, version: int = 2, **changes: Any) -> PostUpdated:
    return PostUpdated(post_id=post_id(number), version=version, **_post_state(number, changes))


def post_deleted(number: int = 1, version: int = 3) -> PostDeleted:
    return PostDeleted(post_id=post_id(number), version=version)


def comment_created(number: int = 1, version: int = 1, *, post: int = 1, **changes: Any) -> CommentCreated:
    state = _comment_state(number, post, {"status": "pending", **changes})
    return CommentCreated(comment_id=comment_id(number), version=version, **state)


def comment_updated(number: int = 1, version: int = 2, *, post: int = 1, **changes: Any) -> CommentUpdated:
    state = _comment_state(number, post, {"status": "approved", **changes})
    return CommentUpdated(comment_id=comment_id(number), version=version, **state)


def comment_deleted(number: int = 1, version: int = 3, *, post: int = 1) -> CommentDeleted:
    return CommentDeleted(comment_id=comment_id(number), version=version, post_id=post_id(post))


def _post_state(number: int, changes: dict[str, Any]) -> dict[str, Any]:
    text = {"edition": 1, "author": "ann", "title": f"Post {number}", "body": "A body"}
    return {**text, "status": "published", "published_at": minute(number), **changes}


def _comment_state(number: int, post: int, changes: dict[str, Any]) -> dict[str, Any]:
    text = {"post_id": post_id(post), "edition": 1, "author": "bob", "body": f"Comment {number}"}
    return {**text, "written_at": minute(number), **changes}
