"""What the other services tell, with everything but what matters filled in, and cases that come of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from moderation import commands
from moderation.domain.cases import Decision
from moderation.domain.rules import Action, Kind
from moderation.models import Case, Rule
from shared_events.catalogue import (
    CommentCreated,
    CommentDeleted,
    CommentUpdated,
    PostCreated,
    PostDeleted,
    PostUpdated,
)
from shared_events.testing import deliver

POST = UUID(int=1)
COMMENT = UUID(int=2)
LONG_AGO = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
COMMENT_STATE = {"post_id": POST, "edition": 1, "author": "bob", "body": "Hello", "status": "pending"}
POST_STATE = {"edition": 1, "author": "ann", "title": "A title", "body": "A body", "status": "published"}


def comment_created(comment_id: UUID = COMMENT, version: int = 1, **changes: Any) -> CommentCreated:
    state = COMMENT_STATE | {"written_at": LONG_AGO} | changes
    return CommentCreated(comment_id=comment_id, version=version, **state)


def comment_updated(version: int = 2, comment_id: UUID = COMMENT, **changes: Any) -> CommentUpdated:
    state = COMMENT_STATE | {"written_at": LONG_AGO} | changes
    return CommentUpdated(comment_id=comment_id, version=version, **state)


def comment_deleted(version: int = 3) -> CommentDeleted:
    return CommentDeleted(comment_id=COMMENT, post_id=POST, version=version)


def post_created(version: int = 1, **changes: Any) -> PostCreated:
    return PostCreated(post_id=POST, version=version, published_at=LONG_AGO, **(POST_STATE | changes))


def post_updated(version: int = 2, **changes: Any) -> PostUpdated:
    return PostUpdated(post_id=POST, version=version, published_at=LONG_AGO, **(POST_STATE | changes))


def post_deleted(version: int = 3) -> PostDeleted:
    return PostDeleted(post_id=POST, version=version)


def no_oranges(*, action: Action = Action.REJECT) -> Rule:
    return commands.make_rule(
        by="mona", name=f"No oranges: {action}", kind=Kind.WORDS, value="orange", action=action
    )


def opened(number: int = 2, **changes: Any) -> Case:
    """A case that waits, of a comment that was just heard of."""
    deliver(comment_created(UUID(int=number), **changes))
    return Case.objects.get(thing_id=UUID(int=number))


def held(number: int = 2, **changes: Any) -> Case:
    """A case that waits for a person."""
    opened(number, **({"body": "One orange"} | changes))
    rule = no_oranges(action=Action.HOLD)
    commands.judge_waiting_cases()
    commands.remove_rule(rule_id=rule.id)
    return Case.objects.get(thing_id=UUID(int=number))


def decision(
    *, approved: bool, by: str = "mona", reason: str = "Not here", seen_version: int = 0
) -> Decision:
    return Decision(approved=approved, by=by, reason=reason, seen_version=seen_version)
