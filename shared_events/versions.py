"""How new what a service holds is, whether it is its own or a copy."""

from typing import TypeVar
from uuid import UUID

from django.db import models

from shared_events.replicas import REPLICATED

ModelT = TypeVar("ModelT", bound=type[models.Model])
OWNED: list[type[models.Model]] = []


def owned(model: ModelT) -> ModelT:
    """Count the decorated model, which has an ``id`` and a ``version``, among what this service owns."""
    OWNED.append(model)
    return model


def held(subject: UUID) -> int:
    """The newest version that this service holds of a thing; 0 if it knows of none. One statement."""
    replicas = {model for models in REPLICATED.values() for model in models}
    asked = [
        model._default_manager.filter(pk=subject).order_by().values_list("version", flat=True)
        for model in {*OWNED, *replicas}
    ]
    if not asked:
        return 0
    return max(asked[0].union(*asked[1:], all=True), default=0)
