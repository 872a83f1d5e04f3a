"""Hands an export to a service piece by piece, and keeps the tally of what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet

from chassis.wordpress.records import ExportedComment, ExportedPost

LARGEST_BATCH = 500
HEAVIEST_BATCH = 2_000_000  # characters, so that few long texts fill the memory no more than many short ones

Record = TypeVar("Record", ExportedPost, ExportedComment)


class Remark(NamedTuple):
    """What is to be said about one thing of the export."""

    wordpress_id: int
    text: str


@dataclass(kw_only=True)
class Tally:
    """How many came, how many were there already, and what could not come, or not as it was."""

    came: int = 0
    present: int = 0
    refused: list[Remark] = field(default_factory=list)
    changed: list[Remark] = field(default_factory=list)

    def refuse(self, record: ExportedPost | ExportedComment, reason: str) -> None:
        self.refused.append(Remark(record.wordpress_id, reason))

    def change(self, record: ExportedPost | ExportedComment, how: str) -> None:
        self.changed.append(Remark(record.wordpress_id, how))

    def __iadd__(self, other: "Tally") -> "Tally":
        self.came += other.came
        self.present += other.present
        self.refused += other.refused
        self.changed += other.changed
        return self


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in pieces that fit one transaction each."""
    batch: list[Record] = []
    weight = 0
    for record in records:
        batch.append(record)
        weight += len(record.body)
        if len(batch) == LARGEST_BATCH or weight >= HEAVIEST_BATCH:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def unknown(records: Iterable[Record], *, among: QuerySet[Any]) -> list[Record]:
    """The records that no row exists for, each once; a row may be a tombstone, and stays one."""
    first: dict[Any, Record] = {}
    for record in records:
        first.setdefault(record.id, record)
    known = set(among.filter(pk__in=first).values_list("pk", flat=True))
    return [record for key, record in first.items() if key not in known]
