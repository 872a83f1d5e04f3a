"""The Celery app that hears events."""

from typing import Any

from celery import Celery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from shared_events.reconnecting import EagerAMQP
from shared_events.worker.properties import read_what_can_be_read
from shared_events.worker.step import EventStep

# Without remote control, mingle and gossip there is no exclusive queue that a half-dead predecessor can lock.
# Events are no tasks: the worker consumes no task queue, and one process of the pool keeps up with one batch.
ARGUMENTS = (
    "--quiet",  # no banner among the lines of the log
    "worker",
    "--pool=prefork",
    "--concurrency=1",
    "--without-mingle",
    "--without-gossip",
    "--without-heartbeat",
    "--loglevel=INFO",
)

# Far below CELERY_TASK_TIME_LIMIT, which ends the process: then the event would be taken for the fault.
LOCK_TIMEOUT = "20s"


def arguments(app: Celery, service: str) -> list[str]:
    """The command line of the worker, without the program's name."""
    return [*ARGUMENTS, f"--exclude-queues={app.conf.task_default_queue}", f"--hostname={service}-events@%h"]


def event_app(service: str) -> Celery:
    """A Celery app for the worker that hears events on behalf of a service; it has no tasks."""
    app = Celery(f"{service}.events", amqp=EagerAMQP, set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.steps["consumer"].add(EventStep)
    read_what_can_be_read()
    connection_created.connect(wait_for_no_lock_forever)
    return app


def wait_for_no_lock_forever(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver: PostgreSQL answers "try again later" when somebody keeps a table locked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
