"""Counts and times tasks, in the one process of a task worker's pool, which answers Prometheus itself."""

import time
from typing import Any

from celery import signals
from prometheus_client import Counter, Histogram

from chassis.logging.lines import kind
from shared_events import configuration, metrics

TASKS = Counter("tidings_tasks", "Tasks that have ended", ["task", "state"])
SECONDS = Histogram("tidings_task_seconds", "How long a task took", ["task"])

_begun: dict[str, float] = {}  # by the id of the task


def begin() -> None:
    """In a task worker: once its pool is there, count and answer."""
    if kind() == "tasks":
        signals.worker_process_init.connect(_serve, weak=False)


def _serve(**_signal: Any) -> None:
    signals.task_prerun.connect(_begins, weak=False)
    signals.task_postrun.connect(_ends, weak=False)
    metrics.serve(configuration.metrics_port())


def _begins(task_id: str, **_signal: Any) -> None:
    _begun[task_id] = time.perf_counter()


def _ends(task_id: str, task: Any, state: str, **_signal: Any) -> None:
    TASKS.labels(task.name, state).inc()
    SECONDS.labels(task.name).observe(time.perf_counter() - _begun.pop(task_id, time.perf_counter()))
