"""Copies of rows that another service owns: they only move forward."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from shared_events import upsert
from shared_events.catalogue import Digests, Event
from shared_events.envelope import Envelope


class Replica(models.Model):
    """A row that another service owns, as of ``version``; a deleted one stays as a tombstone.

    A subclass names the fields of its events that it keeps. Each needs a default: a tombstone may come first.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    version = models.PositiveBigIntegerField(editable=False)
    is_deleted = models.BooleanField(default=False, editable=False)
    told_at = models.DateTimeField(editable=False)
    event_id = models.UUIDField(editable=False)
    applied_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True


class Moved(NamedTuple):
    """A row that moved: as it was, or nothing if it was not there, and as it is now; both have its fields."""

    before: Any
    after: Any


ReplicaT = TypeVar("ReplicaT", bound=type[Replica])
REPLICATED: dict[type[Event], list[type[Replica]]] = {}
COMPARED: dict[type[Replica], type[Digests]] = {}


def replicates(*events: type[Event]) -> Callable[[ReplicaT], ReplicaT]:
    """Keep the decorated model equal to what these events say of their subjects.

    Digests among them say what all its rows should come to: ``shared_events.drift`` compares.
    """

    def register(model: ReplicaT) -> ReplicaT:
        for event in events:
            if issubclass(event, Digests):
                COMPARED[model] = event
            else:
                REPLICATED.setdefault(event, []).append(model)
        return model

    return register


def advance(model: type[Replica], told: Iterable[tuple[Envelope, Event]]) -> set[UUID]:
    """Bring replicas up to what was told; late and repeated events change nothing.

    Returns the ids of the rows that moved. Safe against itself in another process: the guard is part of the
    statement, and rows are taken in the order of their keys, so that two batches cannot deadlock.
    """
    rows = _rows(model, _newest(told))
    return upsert.newer(model, list(rows.values()))


def advance_watched(model: type[Replica], told: Iterable[tuple[Envelope, Event]]) -> list[Moved]:
    """Do the same as ``advance``; returns every row that moved, before and after.

    What was before is true whoever else is at work: a row that is inserted here was not there, and who wants
    to insert it too has to wait; any other is locked before it is read. All inserts come before all locks,
    both in the order of the keys, so that two batches cannot deadlock.
    """
    rows = _rows(model, _newest(told))
    new = upsert.absent(model, list(rows.values()))
    known = [key for key in rows if key not in new]
    before = _locked(model, known) if known else {}
    moved = new | upsert.newer(model, [rows[key] for key in known])
    make = _row_class(model)._make
    return [Moved(before.get(key), make(row)) for key, row in rows.items() if key in moved]


def _locked(model: type[Replica], keys: Iterable[UUID]) -> dict[UUID, Replica]:
    locked = model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in locked}


def _newest(told: Iterable[tuple[Envelope, Event]]) -> list[tuple[Envelope, Event]]:
    """Of each subject the event with the highest version, in the order of the keys."""
    newest: dict[UUID, tuple[Envelope, Event]] = {}
    for envelope, event in told:
        known = newest.get(event.subject_id)
        if known is None or event.version > known[1].version:
            newest[event.subject_id] = (envelope, event)
    return [newest[key] for key in sorted(newest)]


def _rows(model: type[Replica], newest: Iterable[tuple[Envelope, Event]]) -> dict[UUID, list[Any]]:
    now = timezone.now()
    return {event.subject_id: _row(model, envelope, event, now) for envelope, event in newest}


def _row(model: type[Replica], envelope: Envelope, event: Event, now: datetime) -> list[Any]:
    untold = {
        "id": event.subject_id,
        "is_deleted": event.is_tombstone,
        "told_at": envelope.time,
        "event_id": envelope.id,
        "applied_at": now,
    }
    for field in _not_in(type(event), model):
        untold.setdefault(field.attname, field.get_default())
    return [untold[name] if name in untold else getattr(event, name) for name in _names(model)]


@cache
def _names(model: type[Replica]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.local_concrete_fields)


@cache
def _not_in(kind: type[Event], model: type[Replica]) -> tuple[Any, ...]:
    told = {"id", *kind.__struct_fields__}
    return tuple(field for field in model._meta.local_concrete_fields if field.attname not in told)


@cache
def _row_class(model: type[Replica]) -> Any:
    """What holds a row as it is now: an instance of the model takes ten times as long to make."""
    return namedtuple(model.__name__, _names(model))
