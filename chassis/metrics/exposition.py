"""Answers Prometheus at `/<service>/metrics`: the web processes' counts, and what lies in the database.

What waits in the database is told here and not by whoever should carry it: a relay that is gone says nothing.
"""

import os
from collections.abc import Iterable, Iterator

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from shared_events import gauges

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own name for it


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For those who reach the process itself: what comes through a gateway is told that nothing is here."""
    if "X-Forwarded-For" in request.headers:
        raise Http404
    content = generate_latest(_counted()) + generate_latest(_kept())
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    """What all web processes have counted, where there are several, else this one."""
    if SHARED_FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # it registers itself
    return registry


def _kept() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Kept())
    return registry


class Kept(Collector):
    """What the database says now."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        answers = GaugeMetricFamily("tidings_database_answers", "1 if the service's database does, else 0")
        try:
            found = list(gauges.read())
        except DatabaseError:
            found = []
            answers.add_metric([], 0)
        else:
            answers.add_metric([], 1)
        yield answers
        yield from _families(found)


def _families(found: Iterable[gauges.Gauge]) -> Iterable[GaugeMetricFamily]:
    families: dict[str, GaugeMetricFamily] = {}
    for gauge in found:
        if gauge.name not in families:
            families[gauge.name] = GaugeMetricFamily(gauge.name, gauge.says, labels=list(gauge.labels))
        families[gauge.name].add_metric(list(gauge.labels.values()), gauge.value)
    return families.values()
