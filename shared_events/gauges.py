"""What Prometheus learns from a service's database: what waits there, and for how long."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import Count, Min
from django.utils import timezone

from shared_events.models import OPEN, OutboxEntry, ParkedEvent


class Gauge(NamedTuple):
    """One number; those of one name have labels of the same names."""

    name: str
    says: str
    value: float
    labels: Mapping[str, str] = MappingProxyType({})


Source = Callable[[], Iterable[Gauge]]
SOURCES: list[Source] = []


def gauged(source: Source) -> Source:
    """Ask the decorated function as well, each time that Prometheus asks; it must be cheap."""
    SOURCES.append(source)
    return source


def read() -> Iterator[Gauge]:
    """All there is; a few statements, each by an index."""
    for source in SOURCES:
        yield from source()


def age(moment: datetime | None) -> float:
    """Seconds since then; 0 if there is no such moment."""
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


@gauged
def outbox() -> Iterator[Gauge]:
    waiting = OutboxEntry.objects.filter(published_at=None, set_aside_at=None).order_by("id")
    oldest = waiting.values_list("told_at", flat=True).first()
    yield Gauge("shared_events_outbox_waiting_seconds", "Age of the oldest event that waits", age(oldest))
    aside = OutboxEntry.objects.filter(set_aside_at__isnull=False).count()
    yield Gauge("shared_events_outbox_set_aside", "Events that the broker did not take", aside)


@gauged
def parked() -> Iterator[Gauge]:
    counted = ParkedEvent.objects.filter(state__in=OPEN).values_list("state").annotate(Count("pk"))
    found = dict(counted.order_by())
    for state in OPEN:
        labels = {"state": str(state)}
        says = "Events that could not be applied: tried again by themselves, or dead until somebody looks"
        yield Gauge("shared_events_parked", says, found.get(str(state), 0), labels)
    oldest = ParkedEvent.objects.filter(state__in=OPEN).aggregate(oldest=Min("parked_at"))["oldest"]
    yield Gauge("shared_events_parked_seconds", "Age of the oldest of them", age(oldest))
