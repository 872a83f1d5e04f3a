"""Applying one batch of messages: all of it in one transaction, whatever is in it.

First as if nothing could fail, which is how it nearly always is: the savepoints by which an event fails alone
would be a third of a small batch's statements.
"""

from collections.abc import Iterable

from django.db import transaction

from shared_events import causation, configuration, handlers, inbox, projections, replicas
from shared_events.envelope import Unreadable, unseal
from shared_events.handlers import Handler
from shared_events.replicas import Moved, Replica
from shared_events.worker import parking
from shared_events.worker.delivery import Delivery, Heard
from shared_events.worker.parking import HandlerFailed
from shared_events.worker.transient import is_transient

EXPIRED = "expired"  # its publisher had set a time to live, and nobody had heard it by then


def apply_batch(deliveries: list[Delivery]) -> int:
    """Apply messages, all in one transaction; returns how many of them could not be and were parked.

    Raises when the database is away or busy: nothing was applied then, and the batch must be tried again.
    """
    try:
        with transaction.atomic():
            _apply([_read(delivery) for delivery in deliveries])
        return 0
    except Exception as error:
        if is_transient(error):
            raise
    return _apply_or_park(deliveries)


@transaction.atomic
def _apply_or_park(deliveries: list[Delivery]) -> int:
    heard, parked = [], 0
    for delivery in deliveries:
        try:
            heard.append(_read(delivery))
        except Unreadable as error:
            parking.park(delivery, error)
            parked += 1
    return parked + _bisect(heard)


@transaction.atomic
def apply_again(delivery: Delivery) -> None:
    """Apply one message that was parked; raises whatever stands in its way."""
    _apply([_read(delivery)])


@transaction.atomic
def park_batch(deliveries: list[Delivery], reason: str) -> int:
    """Park messages without trying them; returns how many. One that expired in its queue says so instead."""
    for delivery in deliveries:
        why = EXPIRED if delivery.death == EXPIRED else reason
        parking.park(delivery, Unreadable(why, "taken from the broker without an attempt"))
    return len(deliveries)


def _read(delivery: Delivery) -> Heard:
    envelope = unseal(delivery.body)
    event = envelope.event()
    if delivery.origin != configuration.trusted_user(event.owner()):
        said = f"published by {delivery.origin or 'a nameless user'}, but {event.owner()} tells {event.type}"
        raise Unreadable("untrusted_origin", said)
    return Heard(delivery, envelope, event)


def _bisect(heard: list[Heard]) -> int:
    """Apply all; if that fails, halve until the ones that fail stand alone, and park those."""
    if not heard:
        return 0
    try:
        with transaction.atomic():
            _apply(heard)
        return 0
    except Exception as error:
        if is_transient(error):
            raise
        if len(heard) == 1:
            parking.park(heard[0].delivery, error)
            return 1
    middle = len(heard) // 2
    return _bisect(heard[:middle]) + _bisect(heard[middle:])


def _apply(heard: list[Heard]) -> None:
    _advance_replicas(heard)
    _call_handlers(heard)


def _advance_replicas(heard: Iterable[Heard]) -> None:
    told: dict[type[Replica], list[Heard]] = {}
    for one in heard:
        for model in replicas.REPLICATED.get(type(one.event), ()):
            told.setdefault(model, []).append(one)
    moves: dict[type[Replica], list[Moved]] = {}
    # Always in the same order: two batches that lock the same rows of two tables must not meet halfway.
    for model in sorted(told, key=lambda model: model._meta.label):
        events = ((one.envelope, one.event) for one in told[model])
        if model in projections.watched():
            moves[model] = replicas.advance_watched(model, events)
        else:
            replicas.advance(model, events)
    projections.renew(moves)


def _call_handlers(heard: Iterable[Heard]) -> None:
    calls: dict[inbox.Claim, tuple[Handler, Heard]] = {}
    for one in heard:
        for handler in handlers.HANDLERS.get(type(one.event), ()):
            calls[one.envelope.id, handlers.name_of(handler)] = (handler, one)
    new = inbox.enter(calls)
    for claim, (handler, one) in calls.items():
        if claim in new:
            _call(handler, one)


def _call(handler: Handler, one: Heard) -> None:
    try:
        with causation.because_of(str(one.envelope.id), one.delivery.headers):
            handler(one.event)
    except Exception as error:
        raise HandlerFailed(handlers.name_of(handler)) from error
