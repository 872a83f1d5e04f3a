from posts import commands
from shared_events.catalogue import PostJudged
from shared_events.handlers import handles


@handles(PostJudged)
def take_verdict(event: PostJudged) -> None:
    """Let the verdict take effect on the post."""
    commands.take_verdict(
        post_id=event.post_id,
        edition=event.edition,
        approved=event.verdict == "approved",
        version=event.version,
    )
