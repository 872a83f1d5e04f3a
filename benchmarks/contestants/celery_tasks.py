"""One Celery task per event on a quorum queue, which saves the row with Django: the usual way.

The worker has Celery's default settings; with TUNED=1 it keeps its database connections (Celery closes them
around every task) and fetches 100 messages ahead. Run as a program, it queues as many tasks as it is told.
"""

import os
import sys
from typing import Any
from uuid import UUID

import msgspec
from celery import Celery
from django.utils import timezone

from benchmarks.contestants.queues import CELERY

PROCESSES = os.cpu_count() or 1

app = Celery("celery_tasks", broker=os.environ["CONTESTANT_AMQP_URL"])
app.conf.task_default_queue = CELERY
app.conf.task_default_queue_type = "quorum"
app.conf.task_default_exchange_type = "topic"  # Celery refuses direct exchanges with quorum queues
if os.environ.get("TUNED"):
    app.conf.CELERY_DB_REUSE_MAX = 10**9
    app.conf.worker_prefetch_multiplier = 100 // PROCESSES


@app.task(name="apply")
def apply(event_id: str, told_at: str, post: dict[str, Any]) -> None:
    """Bring the copy of one post up to its event, unless it is newer already."""
    from query.models import PostReplica

    provenance = {"is_deleted": False, "told_at": told_at, "event_id": event_id, "applied_at": timezone.now()}
    fields = {name: post[name] for name in ("version", "author", "title", "body", "status", "published_at")}
    # Two tasks of one post may both pass this. A lock around both steps would close that, and cost more.
    if not PostReplica.objects.filter(pk=post["post_id"], version__gte=post["version"]).exists():
        PostReplica.objects.update_or_create(pk=UUID(post["post_id"]), defaults=fields | provenance)


def queue(count: int) -> None:
    """Queue the tasks of as many posts."""
    from benchmarks import events
    from shared_events.envelope import seal, unseal

    for event in events.posts(count):
        envelope = unseal(seal(event)[1])
        apply.delay(str(envelope.id), envelope.time.isoformat(), msgspec.to_builtins(event))


if __name__ == "__main__":
    queue(int(sys.argv[1]))
