"""Which process begins to send, and when: after its last fork."""

from typing import Any

from celery import signals
from django.conf import settings

from chassis.logging.lines import KINDS, kind
from chassis.tracing import wanted


def start_where_nothing_forks() -> None:
    """A relay, and the main process of a worker, at once; the processes of a worker's pool each for itself.

    Of a web server only those that serve send, by gunicorn's word; what a command does is not traced.
    """
    if kind() not in KINDS or not wanted.is_wanted():
        return
    start()
    signals.worker_process_init.connect(start, weak=False)
    signals.worker_process_shutdown.connect(stop, weak=False)


def start(**_signal: Any) -> None:
    """Begin, if there is somewhere to send to."""
    if wanted.is_wanted():
        from chassis.tracing import starting  # half a second of imports that nobody pays who does not trace

        starting.start(settings.SERVICE["NAME"])


def stop(**_signal: Any) -> None:
    """Send the rest."""
    if wanted.is_wanted():
        from chassis.tracing import starting

        starting.stop()
