"""Functions that answer events, and everything that this service hears."""

from collections.abc import Callable
from typing import Any, TypeVar

from shared_events.catalogue import Event
from shared_events.replicas import REPLICATED

Handler = Callable[[Any], None]
HandlerT = TypeVar("HandlerT", bound=Handler)
HANDLERS: dict[type[Event], list[Handler]] = {}


def handles(*events: type[Event]) -> Callable[[HandlerT], HandlerT]:
    """Call the decorated function once for each of these events, in the transaction of its batch.

    The replicas of the whole batch have advanced by then. The inbox remembers the function by its full name:
    renaming it lets it answer repeated events a second time.
    """

    def register(handler: HandlerT) -> HandlerT:
        for event in events:
            HANDLERS.setdefault(event, []).append(handler)
        return handler

    return register


def name_of(handler: Handler) -> str:
    """How the inbox knows a handler."""
    return f"{handler.__module__}.{handler.__qualname__}"


def heard() -> set[type[Event]]:
    """Every event that this service hears: what its queue is bound to."""
    return set(REPLICATED) | set(HANDLERS)
