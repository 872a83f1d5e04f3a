"""How the worker comes back to a broker that was away."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

# Seconds. Celery's own pauses grow to 30, for which everything told would wait after a longer outage.
PAUSES = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": 5.0}


class EagerConnection(Connection):
    """Tries again within 5 s, however long the broker has been away."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        return super().ensure_connection(*args, **PAUSES | kwargs)


class EagerAMQP(AMQP):
    """Celery makes every connection of an app from this class."""

    Connection = EagerConnection
