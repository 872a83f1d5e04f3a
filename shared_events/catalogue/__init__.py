"""Every event there is. Plain Python: any service, tool or test may read it."""

from shared_events.catalogue.comments import CommentCreated, CommentDeleted, CommentsDigested, CommentUpdated
from shared_events.catalogue.event import Category, Digests, Event
from shared_events.catalogue.moderation import CommentJudged, PostJudged
from shared_events.catalogue.posts import PostCreated, PostDeleted, PostsDigested, PostUpdated

EVENTS: tuple[type[Event], ...] = (
    PostCreated,
    PostUpdated,
    PostDeleted,
    PostsDigested,
    CommentCreated,
    CommentUpdated,
    CommentDeleted,
    CommentsDigested,
    PostJudged,
    CommentJudged,
)

BY_TYPE: dict[str, type[Event]] = {event.type: event for event in EVENTS}

OWNERS: tuple[str, ...] = tuple(dict.fromkeys(event.owner() for event in EVENTS))

__all__ = [
    "BY_TYPE",
    "EVENTS",
    "OWNERS",
    "Category",
    "CommentCreated",
    "CommentDeleted",
    "CommentJudged",
    "CommentUpdated",
    "CommentsDigested",
    "Digests",
    "Event",
    "PostCreated",
    "PostDeleted",
    "PostJudged",
    "PostUpdated",
    "PostsDigested",
]
