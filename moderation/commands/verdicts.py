"""What is told of a case that was judged."""

from typing import Any

from moderation.domain.cases import Thing
from moderation.models import Case
from shared_events import tracing
from shared_events.catalogue import CommentJudged, PostJudged


def of(case: Case) -> PostJudged | CommentJudged:
    """What the case has come to, for the owner of the thing."""
    told: dict[str, Any] = {
        "case_id": case.id,
        "version": case.version,
        "edition": case.edition,
        "verdict": str(case.state),
        "reasons": tuple(case.reasons),
        "judged_by": case.judged_by,
    }
    if case.thing == Thing.POST:
        return PostJudged(post_id=case.thing_id, **told)
    return CommentJudged(comment_id=case.thing_id, **told)


def carried_on(case: Case, traced: tracing.Batch | None) -> dict[str, str]:
    """A verdict belongs to the request that brought the text, however many are judged together."""
    cause: dict[str, str] = case.cause or {}
    if traced is None:
        return cause
    return cause | traced.member(f"judge {case.thing}", cause, subject=str(case.thing_id)).headers()
