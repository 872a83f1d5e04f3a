import os
import signal
import time
from pathlib import Path

from shared_events import outbox
from shared_events.catalogue import CommentJudged, PostDeleted
from shared_events.handlers import handles
from shared_events.tests.example.models import Answer


@handles(CommentJudged)
def note_verdict(event: CommentJudged) -> None:
    """Answers by telling something else, unless the judge is one that it cannot bear."""
    match event.judged_by:
        case "nobody":
            raise ValueError("nobody judges")
        case "killer":
            os.kill(os.getpid(), signal.SIGKILL)
        case "gate":
            wait_at_the_gate()
    Answer.objects.create(case_id=event.case_id, judged_by=event.judged_by)
    outbox.append(PostDeleted(version=event.version, post_id=event.comment_id))


def wait_at_the_gate() -> None:
    """Say that the handler is at work, and wait until the test lets it go on."""
    gate = Path(os.environ["TEST_GATE"])
    (gate / "reached").touch()
    while not (gate / "open").exists():
        time.sleep(0.01)
