"""What a service says about itself in ``settings.SHARED_EVENTS``, read when it is needed."""

from django.conf import settings


def service() -> str:
    """The service that this process belongs to."""
    return str(settings.SHARED_EVENTS["SERVICE"])


def amqp_url() -> str:
    """Where the broker is."""
    return str(settings.SHARED_EVENTS["AMQP_URL"])


def topology_url() -> str:
    """Where the broker is for a user who may declare things: at run time nobody else may."""
    return str(settings.SHARED_EVENTS.get("TOPOLOGY_URL") or amqp_url())


def trusted_user(owner: str) -> str:
    """The broker user whose messages count as told by an owner: its own, or the one that all share."""
    return str(settings.SHARED_EVENTS.get("SHARED_USER") or owner)
