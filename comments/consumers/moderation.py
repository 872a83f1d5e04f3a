from comments import commands
from shared_events.catalogue import CommentJudged
from shared_events.handlers import handles


@handles(CommentJudged)
def take_verdict(event: CommentJudged) -> None:
    """Let the verdict take effect on the comment."""
    commands.take_verdict(
        comment_id=event.comment_id,
        edition=event.edition,
        approved=event.verdict == "approved",
        version=event.version,
    )
