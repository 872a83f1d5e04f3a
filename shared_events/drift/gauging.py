"""What Prometheus learns of the replicas of a service."""

from collections.abc import Iterator

from shared_events.drift.models import Comparison
from shared_events.gauges import Gauge, age, gauged
from shared_events.replicas import COMPARED


@gauged
def drift() -> Iterator[Gauge]:
    found = {one.replica: one for one in Comparison.objects.defer("differences")} if COMPARED else {}
    for model in COMPARED:
        labels = {"replica": model._meta.label}
        one = found.get(model._meta.label, Comparison())
        says = "Buckets of rows that differ from what their owner told, at two tellings in a row or more"
        yield Gauge("shared_events_replica_drift_buckets", says, one.drifted, labels)
        says = "How long ago the owner first told what the longest of them differs from"
        yield Gauge("shared_events_replica_drift_seconds", says, age(one.drifted_since), labels)
        says = "Age of the digests that the replica was compared with last; 0 if it never was"
        yield Gauge("shared_events_replica_compared_seconds", says, age(one.told_at), labels)
