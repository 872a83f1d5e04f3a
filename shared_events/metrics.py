"""What Prometheus may ask of a relay or worker; a process counts what passes its main thread.

Served only when ``METRICS_PORT`` is set, on a port of its own, since neither answers HTTP otherwise.
"""

import os

from prometheus_client import Counter, Gauge, Histogram, start_http_server

WORKER_APPLIED = Counter("shared_events_worker_applied", "Messages applied and acknowledged")
WORKER_PARKED = Counter("shared_events_worker_parked", "Messages put aside because they cannot be applied")
WORKER_LOST = Counter(
    "shared_events_worker_lost", "Attempts whose process died or was ended for taking too long"
)
WORKER_STALE = Counter(
    "shared_events_worker_stale", "Outcomes that came after their connection to the broker was lost"
)
WORKER_WAITING = Gauge(
    "shared_events_worker_waiting_seconds", "How long the batch in flight has been waiting for the database"
)
WORKER_LAG = Histogram(
    "shared_events_worker_lag_seconds",
    "From what happened to its being applied here, by the first event of each batch",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0),
)
WORKER_SIGN_OF_LIFE = Gauge(
    "shared_events_worker_sign_of_life_timestamp_seconds",
    "When the queue that has gone longest without one gave a sign of life",
)

RELAY_LEADS = Gauge(
    "shared_events_relay_leads", "1 while this relay carries the outbox, 0 while it stands by"
)
RELAY_PUBLISHED = Counter("shared_events_relay_published", "Events that the broker has confirmed")
RELAY_SET_ASIDE = Counter("shared_events_relay_set_aside", "Times that an event was not taken and set aside")
RELAY_ALARMED = Gauge("shared_events_relay_alarmed", "1 while the broker takes nothing, by its own word")
RELAY_WAITING = Gauge(
    "shared_events_relay_waiting_seconds", "Age of the oldest event that waits; 0 if none does"
)


class PortTaken(Exception):
    """Somebody else listens there."""


def serve(port: int) -> None:
    """Answer Prometheus from a thread of this process; 0 means not at all. Raises PortTaken."""
    if not port:
        return
    try:
        server, _ = start_http_server(port)
    except OSError as problem:
        message = f"METRICS_PORT {port} cannot be used ({problem}): give every process a port of its own"
        raise PortTaken(message) from problem
    # A process of the pool that outlives its parent must not keep the port from the next one.
    os.register_at_fork(after_in_child=server.socket.close)
