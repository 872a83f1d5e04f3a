"""How a Celery worker comes back to a broker that was away, or goes to another node of it."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

# Seconds. Celery's own pauses grow to 30, for which everything told would wait after a longer outage.
PAUSES = {"interval_start": 0.5, "interval_step": 0.5, "interval_max": 5.0}


class EagerConnection(Connection):
    """Tries again within 5 s, however long the broker has been away."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        return super().ensure_connection(*args, **PAUSES | kwargs)

    def switch(self, conn_str: str) -> None:
        """Go on with another node; with TLS it must prove to be that one, and not the one before."""
        super().switch(conn_str)
        if isinstance(self.ssl, dict):
            self.ssl = self.ssl | {"server_hostname": self.hostname}


class EagerAMQP(AMQP):
    """Celery makes every connection of an app from this class."""

    Connection = EagerConnection
