"""What a service says about itself in ``settings.SHARED_EVENTS``, read when it is needed."""

import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings

OUTBOX_RETENTION = timedelta(days=7)


def service() -> str:
    """The service that this process belongs to."""
    return str(settings.SHARED_EVENTS["SERVICE"])


def amqp_url() -> str:
    """Where the broker is: `addresses.each` has its nodes."""
    return str(settings.SHARED_EVENTS["AMQP_URL"])


def topology_url() -> str:
    """Where the broker is for a user who may declare things: at run time nobody else may."""
    return str(settings.SHARED_EVENTS.get("TOPOLOGY_URL") or amqp_url())


def trusted_user(owner: str) -> str:
    """The broker user whose messages count as told by an owner: its own, or the one that all share."""
    return str(settings.SHARED_EVENTS.get("SHARED_USER") or owner)


def liveness_path() -> Path:
    """The file by which a probe sees that this service's worker gets somewhere; one for each worker."""
    named = settings.SHARED_EVENTS.get("LIVENESS_PATH")
    return Path(named) if named else Path(tempfile.gettempdir()) / f"{service()}-worker.alive"


def metrics_port() -> int:
    """Where a relay or worker answers Prometheus; 0 means nowhere."""
    return int(settings.SHARED_EVENTS.get("METRICS_PORT") or 0)


def batch_every() -> float:
    """Seconds that a worker lets pass from the beginning of one batch to that of the next; 0 for none."""
    return float(settings.SHARED_EVENTS.get("BATCH_EVERY") or 0)


def task_queue() -> str:
    """Where the service's own Celery tasks wait; empty if it has none."""
    return str(settings.SHARED_EVENTS.get("TASK_QUEUE") or "")


def outbox_retention() -> timedelta:
    """How long what was published stays in the outbox."""
    retention: timedelta = settings.SHARED_EVENTS.get("OUTBOX_RETENTION", OUTBOX_RETENTION)
    return retention


def digests_every() -> timedelta | None:
    """How often digests of what this service owns are told; None for never."""
    every: timedelta | None = settings.SHARED_EVENTS.get("DIGESTS_EVERY")
    return every
