"""Consumers with one mistake each, as found in the wild; the machine must notice every one of them."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from shared_events import inbox, replicas, upsert
from shared_events.models import InboxEntry, ParkedEvent
from shared_events.replicas import Replica
from shared_events.worker import batch, jobs, parking
from shared_events.worker.lane import Lane
from shared_events.worker.parking import HandlerFailed

Patch = pytest.MonkeyPatch


def no_guard(patch: Patch) -> None:
    """The event that comes last wins."""
    _rewrite_upsert(
        patch, lambda statement: statement.replace(".version < EXCLUDED.version", ".version > -1")
    )


def guard_by_timestamp(patch: Patch) -> None:
    """Newer is what was applied later."""
    _rewrite_upsert(
        patch,
        lambda statement: statement.replace(
            ".version < EXCLUDED.version", ".applied_at < EXCLUDED.applied_at"
        ),
    )


def first_of_a_batch_wins(patch: Patch) -> None:
    """Within a batch the highest version is not looked for."""
    real = replicas.advance

    def advance(model: Any, told: Any) -> Any:
        first: dict[Any, Any] = {}
        for envelope, event in told:
            first.setdefault(event.subject_id, (envelope, event))
        return real(model, first.values())

    patch.setattr(replicas, "advance", advance)


def delete_without_tombstone(patch: Patch) -> None:
    """A deleted row is gone, and a late update brings it back."""
    real = replicas.advance

    def advance(model: type[Replica], told: Any) -> Any:
        moved = real(model, told)
        model._default_manager.filter(is_deleted=True).delete()
        return moved

    patch.setattr(replicas, "advance", advance)


def tombstone_that_keeps_the_text(patch: Patch) -> None:
    """What was deleted can still be read."""
    real = replicas._row

    def row(model: Any, envelope: Any, event: Any, now: Any) -> list[Any]:
        made = dict(zip(replicas._names(model), real(model, envelope, event, now), strict=True))
        return list((made | {"body": "text 1"} if event.is_tombstone and "body" in made else made).values())

    patch.setattr(replicas, "_row", row)


def no_inbox(patch: Patch) -> None:
    """Every delivery runs its handlers again."""
    patch.setattr(inbox, "enter", set)


def inbox_in_its_own_transaction(patch: Patch) -> None:
    """The event is noted as answered although the answer was rolled back: commit first, work later."""
    real = batch._call

    def call(handler: Any, one: Any) -> None:
        InboxEntry.objects.get_or_create(event_id=one.envelope.id, handler="noted")
        real(handler, one)

    noted: set[Any] = set()  # outlives every rollback, as a row committed by another connection would

    def enter(claims: Any) -> Any:
        new = {claim for claim in claims if claim not in noted}
        noted.update(new)
        return new

    patch.setattr(batch, "_call", call)
    patch.setattr(inbox, "enter", enter)


def acknowledge_before_commit(patch: Patch) -> None:
    """Taken is done: a process that dies takes its batch with it."""
    real = Lane._apply

    def apply(lane: Any, flight: Any) -> None:
        lane._channel.basic_ack(flight.last_tag, multiple=True)
        real(lane, flight)

    patch.setattr(Lane, "_apply", apply)


def poison_parks_its_batch(patch: Patch) -> None:
    """One message that cannot be applied takes all the others of its batch with it."""

    def bisect(heard: Any) -> int:
        try:
            with transaction.atomic():
                batch._apply(heard)
        except Exception as error:
            for one in heard:
                parking.park(one.delivery, error)
            return len(heard)
        return 0

    patch.setattr(batch, "_bisect", bisect)


def bisecting_forgets_a_half(patch: Patch) -> None:
    """After a failure only one half is tried again."""
    real = batch._bisect

    def bisect(heard: Any) -> int:
        try:
            with transaction.atomic():
                batch._apply(heard)
            return 0
        except Exception:
            return real(heard) if len(heard) == 1 else bisect(heard[: len(heard) // 2])

    patch.setattr(batch, "_bisect", bisect)


def failure_is_swallowed(patch: Patch) -> None:
    """A handler that raises is logged, and its event is gone."""
    real = batch._call

    def call(handler: Any, one: Any) -> None:
        with suppress(HandlerFailed):
            real(handler, one)

    patch.setattr(batch, "_call", call)


def unreadable_is_dropped(patch: Patch) -> None:
    """What cannot be read is acknowledged, and nobody ever learns of it."""
    real = parking.park

    def park(delivery: Any, failure: Any) -> None:
        if isinstance(failure, HandlerFailed):
            real(delivery, failure)

    patch.setattr(parking, "park", park)


def parked_again_on_every_delivery(patch: Patch) -> None:
    """The same message fills the table."""
    real = parking.park

    def park(delivery: Any, failure: Any) -> None:
        ParkedEvent.objects.filter(body=delivery.body).update(digest=uuid4().hex)
        real(delivery, failure)

    patch.setattr(parking, "park", park)


def last_of_a_batch_is_forgotten(patch: Patch) -> None:
    """The last message of a batch is taken for its end."""

    def apply_batch(deliveries: Any) -> int:
        return batch.apply_batch(deliveries[:-1])

    patch.setattr(jobs, "apply_batch", apply_batch)


def _rewrite_upsert(patch: Patch, rewrite: Any) -> None:
    real = upsert._statement
    patch.setattr(upsert, "_statement", lambda model, rows, otherwise: real(model, rows, rewrite(otherwise)))


MUTANTS = (
    no_guard,
    guard_by_timestamp,
    first_of_a_batch_wins,
    delete_without_tombstone,
    tombstone_that_keeps_the_text,
    no_inbox,
    inbox_in_its_own_transaction,
    acknowledge_before_commit,
    poison_parks_its_batch,
    bisecting_forgets_a_half,
    failure_is_swallowed,
    unreadable_is_dropped,
    parked_again_on_every_delivery,
    last_of_a_batch_is_forgotten,
)
