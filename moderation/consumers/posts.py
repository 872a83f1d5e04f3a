from moderation import commands, tasks
from moderation.domain.cases import Thing
from shared_events.catalogue import PostCreated, PostDeleted, PostUpdated
from shared_events.handlers import handles


@handles(PostCreated, PostUpdated, PostDeleted)
def open_case(event: PostCreated | PostUpdated | PostDeleted) -> None:
    """Have the text judged as it is known by now, which may be newer than the event."""
    if commands.open_case(thing=Thing.POST, thing_id=event.post_id):
        tasks.wake_judge_on_commit()
