"""What is made of replicas and kept beside them: renewed in the transaction of the batch that moved them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from shared_events.replicas import Moved, Replica

Moves = Mapping[type[Replica], Sequence[Moved]]
Projection = Callable[[Moves], None]
ProjectionT = TypeVar("ProjectionT", bound=Callable[[Any], None])
PROJECTIONS: dict[Projection, tuple[type[Replica], ...]] = {}


def projects(*models: type[Replica]) -> Callable[[ProjectionT], ProjectionT]:
    """Call the decorated function once per batch with the rows of these models that moved, before and after.

    All replicas of the batch have advanced by then; its handlers have not run. Whoever else moves one of
    these rows waits until this transaction ends. If the function raises, nothing that it was told of stays.
    """

    def register(projection: ProjectionT) -> ProjectionT:
        PROJECTIONS[projection] = models
        return projection

    return register


def watched() -> set[type[Replica]]:
    """The models whose moves somebody wants to know."""
    return {model for models in PROJECTIONS.values() for model in models}


def renew(moves: Moves) -> None:
    """Bring every projection up to the rows that moved."""
    for projection, models in PROJECTIONS.items():
        concerned = {model: moves[model] for model in models if moves.get(model)}
        if concerned:
            projection(concerned)
