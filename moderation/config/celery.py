import os
from typing import Any

from celery import Celery, bootsteps
from celery.beat import Scheduler
from celery.signals import task_prerun
from django.db import close_old_connections

from shared_events.reconnecting import EagerAMQP

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.config.settings")

TICK = 0.5  # seconds
TASKS_PER_CONNECTION = 1000


class TickStep(bootsteps.StartStopStep):
    """Keeps the worker awake: its loop notices SIGTERM only when something happens in it."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def register_with_event_loop(self, c: Any, hub: Any) -> None:
        c.timer.call_repeatedly(TICK, _nothing)


class ForgetfulScheduler(Scheduler):
    """Keeps no file of what ran when: what is due every few seconds is due after a start as well."""

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)


def _nothing() -> None:
    pass


@task_prerun.connect
def _check_connection(**_: Any) -> None:
    """The database may have been restarted since the last task."""
    close_old_connections()


app = Celery("moderation", amqp=EagerAMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
# Else Celery connects to the database anew for every task, which costs more than judging does.
app.conf.CELERY_DB_REUSE_MAX = TASKS_PER_CONNECTION
app.steps["consumer"].add(TickStep)
