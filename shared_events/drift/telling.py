"""Tells the digests of what this service owns."""

import logging
import time

from django.db import transaction
from django.db.models.functions import Now

from shared_events import configuration, outbox
from shared_events.catalogue import Digests
from shared_events.digests import DIGESTED, digest
from shared_events.drift.models import DigestTelling

log = logging.getLogger(__name__)

BUCKETS = 256  # five kilobytes of digests; the fewer rows a bucket has, the rarer one of them is under way


def tell_due() -> int:
    """Tell the digests that were last told DIGESTS_EVERY ago; returns how many kinds there were.

    However many processes ask, one of them tells.
    """
    due = [kind for kind in DIGESTED if _claim(kind)]
    for kind in due:
        tell(kind)
    return len(due)


def tell(kind: type[Digests]) -> Digests:
    """Tell the digests of one kind of thing as they are now.

    They are read before the transaction that tells them, so that nobody has to wait for it. Whatever they
    count in was committed by then, and so stands before them in the outbox.
    """
    model, told = DIGESTED[kind]
    found = digest(model._default_manager.filter(told), buckets=BUCKETS)
    with transaction.atomic():
        event = kind(
            collection_id=kind.collection(),
            version=_next_version(kind),
            count=found.things,
            digests=tuple(found.digests),
        )
        outbox.append(event)
    log.debug("told %s of %d things", kind.type, found.things)
    return event


def _claim(kind: type[Digests]) -> bool:
    """Whether it is time, and nobody else has noticed. By the database's clock; the first time is no time."""
    every = configuration.digests_every()
    if every is None:
        return False
    DigestTelling.objects.get_or_create(type=kind.type)
    due = DigestTelling.objects.filter(type=kind.type, told_at__lte=Now() - every)
    return due.exists() and bool(due.update(told_at=Now()))


def _next_version(kind: type[Digests]) -> int:
    """The second it is: an owner whose database was set back is heard all the same."""
    DigestTelling.objects.get_or_create(type=kind.type)
    telling = DigestTelling.objects.select_for_update().get(type=kind.type)
    telling.version = max(telling.version + 1, int(time.time()))
    telling.save(update_fields=["version"])
    return telling.version
