from moderation import commands, tasks
from moderation.domain.cases import Thing
from shared_events.catalogue import CommentCreated, CommentDeleted, CommentUpdated
from shared_events.handlers import handles


@handles(CommentCreated, CommentUpdated, CommentDeleted)
def open_case(event: CommentCreated | CommentUpdated | CommentDeleted) -> None:
    """Have the text judged as it is known by now, which may be newer than the event."""
    if commands.open_case(thing=Thing.COMMENT, thing_id=event.comment_id):
        tasks.wake_judge_on_commit()
