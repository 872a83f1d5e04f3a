"""What a process that serves does besides about its lines; a command that a person waits for does not."""

import logging
from typing import Any

from celery import signals

from chassis.logging.lines import kind


def begin() -> None:
    """Take warnings for lines, and keep Celery from a logging of its own."""
    if kind() != "command":
        logging.captureWarnings(True)
        signals.setup_logging.connect(leave_it)


def leave_it(**_signal: Any) -> None:
    """Receiver: with somebody there who sets logging up, Celery does not, and so leaves LOG_LEVEL alone."""
