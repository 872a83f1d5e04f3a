from shared_events import outbox
from shared_events.catalogue import CommentJudged, PostDeleted
from shared_events.handlers import handles
from shared_events.tests.example.models import Answer


@handles(CommentJudged)
def note_verdict(event: CommentJudged) -> None:
    """Answers by telling something else; "nobody" is what it cannot bear."""
    if event.judged_by == "nobody":
        raise ValueError("nobody judges")
    Answer.objects.create(case_id=event.case_id, judged_by=event.judged_by)
    outbox.append(PostDeleted(version=event.version, post_id=event.comment_id))
