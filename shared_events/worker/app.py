"""The Celery app that hears events."""

from celery import Celery

from shared_events.worker.step import EventStep

# Without remote control, mingle and gossip there is no exclusive queue that a half-dead predecessor can lock.
# Events are no tasks: the worker consumes no task queue, and one process of the pool keeps up with one batch.
ARGUMENTS = (
    "worker",
    "--pool=prefork",
    "--concurrency=1",
    "--without-mingle",
    "--without-gossip",
    "--without-heartbeat",
    "--loglevel=INFO",
)


def arguments(app: Celery, service: str) -> list[str]:
    """The command line of the worker, without the program's name."""
    return [*ARGUMENTS, f"--exclude-queues={app.conf.task_default_queue}", f"--hostname={service}-events@%h"]


def event_app(service: str) -> Celery:
    """A Celery app for the worker that hears events on behalf of a service; it has no tasks."""
    app = Celery(f"{service}.events", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.steps["consumer"].add(EventStep)
    return app
