"""What moderation tells: verdicts, which their owners turn into a new state."""

from typing import ClassVar, Literal
from uuid import UUID

from shared_events.catalogue.event import Category, Event, Version


class Verdict(Event, frozen=True, kw_only=True):
    """The outcome of one case; ``edition`` says which text of the thing was judged.

    Its version counts the verdicts of the case: a person may overrule the rules.
    """

    category: ClassVar[Category] = Category.DOMAIN_SPECIFIC
    subject: ClassVar[str] = "case_id"

    case_id: UUID
    edition: Version
    verdict: Literal["approved", "rejected"]
    reasons: tuple[str, ...]
    judged_by: str


class PostJudged(Verdict, frozen=True, kw_only=True):
    """Moderation came to a verdict on one edition of a post."""

    type: ClassVar[str] = "moderation.post.judged"

    post_id: UUID


class CommentJudged(Verdict, frozen=True, kw_only=True):
    """Moderation came to a verdict on one edition of a comment."""

    type: ClassVar[str] = "moderation.comment.judged"

    comment_id: UUID
