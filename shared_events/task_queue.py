"""The queue of a service's own Celery tasks, as its Celery app knows it; `topology` declares it."""

from kombu import Exchange, Queue

# On every node of a cluster: a classic queue would go with its own.
ARGUMENTS = {"x-queue-type": "quorum"}


def task_queue(name: str) -> Queue:
    """A queue, and an exchange of its name that leads there, of which nobody declares either at run time."""
    exchange = Exchange(name, no_declare=True)
    return Queue(name, exchange, routing_key=name, queue_arguments=ARGUMENTS, no_declare=True)
