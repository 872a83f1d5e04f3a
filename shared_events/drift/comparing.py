"""Compares replicas with the digests that their owners told."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from django.utils import timezone

from shared_events.digests import digest
from shared_events.drift.models import Comparison, DigestReplica
from shared_events.replicas import COMPARED, Replica

log = logging.getLogger(__name__)

# What is under way at one telling has arrived by the next: other rows may be under way then, and make another
# difference. Only what stays as it is stays the same.
CONFIRMED_BY = 2  # tellings


class Difference(TypedDict):
    """A bucket that is not what its owner told."""

    told: int
    found: int
    since: str  # when the owner first told what made this very difference
    tellings: int  # in a row that made it


Differences = Mapping[str, Difference]  # by the number of the bucket


def compare_due() -> int:
    """Compare each replica whose owner has told digests since; returns how many were compared.

    However many workers ask, each telling is compared with once.
    """
    told = dict(DigestReplica.objects.exclude(digests=[]).values_list("id", "version"))
    known = dict(Comparison.objects.values_list("replica", "version"))
    compared = 0
    for model, kind in COMPARED.items():
        version = told.get(kind.collection(), 0)
        if version > known.get(model._meta.label, 0) and _claim(model._meta.label, version):
            compare(model, DigestReplica.objects.get(pk=kind.collection()))
            compared += 1
    return compared


def compare(model: type[Replica], told: DigestReplica) -> None:
    """Note where the living rows of a replica differ from what was told of their sources."""
    found = digest(model._default_manager.filter(is_deleted=False), buckets=len(told.digests))
    before = Comparison.objects.get(replica=model._meta.label)
    differences = _differences(told, found.digests, before.differences)
    drifted = confirmed(differences)
    same_telling = Comparison.objects.filter(replica=model._meta.label, version=told.version)
    same_telling.update(
        told_at=told.told_at,
        compared_at=timezone.now(),
        buckets=len(told.digests),
        count_told=told.count,
        count_found=found.things,
        differences=differences,
        drifted=len(drifted),
        drifted_since=min((datetime.fromisoformat(one["since"]) for one in drifted.values()), default=None),
    )
    _say(model._meta.label, before.drifted, len(drifted))


def confirmed(differences: Differences) -> Differences:
    """Those that nothing under way explains."""
    return {bucket: one for bucket, one in differences.items() if one["tellings"] >= CONFIRMED_BY}


def _claim(label: str, version: int) -> bool:
    Comparison.objects.get_or_create(replica=label)
    return bool(Comparison.objects.filter(replica=label, version__lt=version).update(version=version))


def _differences(told: DigestReplica, found: Sequence[int], before: Differences) -> Differences:
    return {
        str(bucket): _difference(told, pair, before.get(str(bucket)))
        for bucket, pair in enumerate(zip(told.digests, found, strict=True))
        if pair[0] != pair[1]
    }


def _difference(told: DigestReplica, pair: tuple[int, int], before: Difference | None) -> Difference:
    """The exclusive or of both digests is that of the rows which only one of them has."""
    if before and before["told"] ^ before["found"] == pair[0] ^ pair[1]:
        since, tellings = before["since"], before["tellings"] + 1
    else:
        since, tellings = told.told_at.isoformat(), 1
    return Difference(told=pair[0], found=pair[1], since=since, tellings=tellings)


def _say(label: str, before: int, now: int) -> None:
    if now > before:
        log.warning("%s differs from what its owner tells in %d buckets: see the command drift", label, now)
    elif before and not now:
        log.info("%s equals what its owner tells again", label)
