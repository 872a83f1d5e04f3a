"""Applying one batch of messages: all of it in one transaction, whatever is in it.

First as if nothing could fail, which is how it nearly always is: the savepoints by which an event fails alone
would be a third of a small batch's statements.
"""

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

from django.db import transaction

from shared_events import causation, configuration, handlers, inbox, projections, replicas, tracing
from shared_events.envelope import Unreadable, unseal
from shared_events.handlers import Handler
from shared_events.replicas import Moved, Replica
from shared_events.worker import parking
from shared_events.worker.delivery import Delivery, Heard
from shared_events.worker.parking import HandlerFailed
from shared_events.worker.transient import is_transient

log = logging.getLogger(__name__)

EXPIRED = "expired"  # its publisher had set a time to live, and nobody had heard it by then


def apply_batch(deliveries: list[Delivery]) -> int:
    """Apply messages, all in one transaction; returns how many of them could not be and were parked.

    Raises when the database is away or busy: nothing was applied then, and the batch must be tried again.
    """
    with tracing.batch("apply") as traced:
        try:
            return _apply_all(deliveries, traced)
        except Exception as error:  # nothing is swallowed: what fails fails again below, alone, and is parked
            if is_transient(error):
                raise
        return _apply_or_park(deliveries, traced)


@transaction.atomic
def _apply_all(deliveries: list[Delivery], traced: tracing.Batch | None) -> int:
    heard = [_traced(_read(delivery), traced) for delivery in deliveries]
    _apply(heard)
    _tell(heard)
    return 0


@transaction.atomic
def _apply_or_park(deliveries: list[Delivery], traced: tracing.Batch | None) -> int:
    heard, parked = [], 0
    for delivery in deliveries:
        try:
            heard.append(_traced(_read(delivery), traced))
        except Unreadable as error:
            parking.park(delivery, error)
            log.warning("parked what cannot be read: %s", error, extra=delivery.headers)
            parked += 1
    parked += _bisect(heard)
    _tell(heard)
    return parked


def _tell(heard: Iterable[Heard]) -> None:
    if not log.isEnabledFor(logging.DEBUG):
        return
    for one in heard:
        with one.traced.active() if one.traced else nullcontext(), _because_of(one):
            log.debug("heard %s", one.envelope.type)


def _traced(one: Heard, traced: tracing.Batch | None) -> Heard:
    """The event goes on in the trace of the request that it comes from."""
    if traced is None:
        return one
    about = {"event_id": str(one.envelope.id), "subject": one.envelope.subject}
    member = traced.member(f"process {one.envelope.type}", one.delivery.headers, **about)
    return one._replace(traced=member)


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
            _park(heard[0], error)
            return 1
    middle = len(heard) // 2
    return _bisect(heard[:middle]) + _bisect(heard[middle:])


def _park(one: Heard, error: Exception) -> None:
    parking.park(one.delivery, error)
    if one.traced:
        one.traced.fail(error)
    with _because_of(one):
        log.warning("parked %s: %s", one.envelope.type, error.__cause__ or error)


def _because_of(one: Heard) -> AbstractContextManager[None]:
    return causation.because_of(str(one.envelope.id), one.delivery.headers, subject=one.envelope.subject)


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
            claim = inbox.Claim(one.envelope.id, handlers.name_of(handler), one.delivery.digest())
            calls[claim] = (handler, one)
    new = inbox.enter(calls)
    for claim, (handler, one) in calls.items():
        if claim in new:
            _call(handler, one)


def _call(handler: Handler, one: Heard) -> None:
    try:
        with one.traced.active() if one.traced else nullcontext(), _because_of(one):
            handler(one.event)
    except Exception as error:
        raise HandlerFailed(handlers.name_of(handler)) from error
