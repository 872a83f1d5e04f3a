"""What takes time: done in a worker of its own, by way of the service's task queue."""

import logging
from time import monotonic, sleep

from celery import shared_task
from django.db import connection, transaction

from moderation import commands

log = logging.getLogger(__name__)

SECONDS_OF_USE = 30  # a hint that nobody took by then is stale: the clock has looked since
# Between two looks of the judge that this process asks for: ten cases cost it little more than one.
SECONDS_BETWEEN_LOOKS = 0.1

_next_look = 0.0  # that was asked for last, by the monotonic clock


@shared_task(name="moderation.judge_waiting_cases", ignore_result=True, time_limit=60)
def judge_waiting_cases(after: float = 0) -> None:
    """Judge one batch after so many seconds.

    What is left is for the next task, so that a worker can always stop soon.
    """
    sleep(after)  # a tenth of a second at most, in a process that has nothing else to do
    done = commands.judge_waiting_cases()
    if done.judged:
        log.info("judged %d cases", done.judged)
    if done.more_may_wait:
        _ask_judge(0)


def wake_judge_on_commit() -> None:
    """Have the judge look once this transaction is committed; asked again within it, it still looks once.

    Only a hint: when the broker is away, the judge looks by the clock. After a quiet time it looks at once,
    and then every so often: a look that is still to come sees whatever is committed before.
    """
    if all(_wake_judge not in waiting for waiting in connection.run_on_commit):
        transaction.on_commit(_wake_judge, robust=True)


def _wake_judge() -> None:
    global _next_look
    now = monotonic()
    if now < _next_look:
        return
    look = max(now, _next_look + SECONDS_BETWEEN_LOOKS)
    if _ask_judge(look - now):
        _next_look = look


def _ask_judge(seconds: float) -> bool:
    """Have the judge look so many seconds from now; returns whether it was told."""
    # Not Celery's countdown: it goes by clocks that may differ, and holds up all else in a quorum queue.
    try:
        judge_waiting_cases.apply_async((seconds,), retry=False, expires=SECONDS_OF_USE)
    except _refusals() as error:
        log.warning("the judge looks by the clock, a hint cannot be given: %s", error)
        return False
    return True


def _refusals() -> tuple[type[BaseException], ...]:
    """What says that a broker is away, or has no queue for hints: `topology` has not been run."""
    broker = judge_waiting_cases.app.connection_for_write()
    return (judge_waiting_cases.OperationalError, *broker.channel_errors)
