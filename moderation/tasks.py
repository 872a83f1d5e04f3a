"""What takes time: done in a worker of its own, by way of the service's task queue."""

import logging

from celery import shared_task
from django.db import connection, transaction

from moderation import commands

log = logging.getLogger(__name__)

SECONDS_OF_USE = 30  # a hint that nobody took by then is stale: the clock has looked since


@shared_task(name="moderation.judge_waiting_cases", ignore_result=True, time_limit=60)
def judge_waiting_cases() -> None:
    """Judge one batch; what is left is for the next task, so that a worker can always stop soon."""
    done = commands.judge_waiting_cases()
    if done.judged:
        log.info("judged %d cases", done.judged)
    if done.more_may_wait:
        _wake_judge()


def wake_judge_on_commit() -> None:
    """Have the judge look once this transaction is committed; asked again within it, it still looks once.

    Only a hint: when the broker is away, the judge looks by the clock.
    """
    if all(_wake_judge not in waiting for waiting in connection.run_on_commit):
        transaction.on_commit(_wake_judge, robust=True)


def _wake_judge() -> None:
    try:
        judge_waiting_cases.apply_async(retry=False, expires=SECONDS_OF_USE)
    except judge_waiting_cases.OperationalError as error:
        log.warning("the judge looks by the clock, a hint cannot be given: %s", error)
