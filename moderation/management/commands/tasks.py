from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

# Without remote control, mingle and gossip there is no exclusive queue that a half-dead predecessor can lock.
ARGUMENTS = (
    "--quiet",  # no banner among the lines of the log
    "worker",
    "--beat",
    "--pool=prefork",
    "--concurrency=1",
    "--queues=moderation.judging",
    "--hostname=moderation-tasks@%h",
    "--without-mingle",
    "--without-gossip",
    "--without-heartbeat",
    "--loglevel=INFO",
)


class Command(BaseCommand):
    help = "Judge the cases that wait, until SIGTERM, with a Celery worker that also looks by the clock."

    def handle(self, *arguments: Any, **options: Any) -> None:
        current_app.worker_main(list(ARGUMENTS))
