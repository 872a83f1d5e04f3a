"""Whether today's services and those of the last release understand each other while both run.

``released/`` holds the schemas as they were released last, and of each older major version.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import msgspec

from shared_events.catalogue import EVENTS, schema
from shared_events.catalogue.acceptance import Refusal, Schema, refusals
from shared_events.catalogue.upcasters import UPCASTERS

RELEASED = Path(__file__).parent / "released"

# A break that is wanted: event, order, field, and how it is released all the same.
# `manage.py release` shows the sentence. Emptied when the schemas are released.
AGREED: dict[tuple[str, str, str], str] = {}


class Kind(NamedTuple):
    """An event's type in one of its major versions."""

    type: str
    major: int

    def __str__(self) -> str:
        return f"{self.type}.v{self.major}"


Schemas = Mapping[Kind, Schema]


class Order(Enum):
    """Who is released first, and so what meets."""

    PRODUCER = "producer first"
    CONSUMER = "consumer first"

    @property
    def meets(self) -> str:
        if self is Order.PRODUCER:
            return "today's event meets a consumer of the last release"
        return "an event of the last release meets today's consumer"


class Break(NamedTuple):
    """Something that one side tells and the other cannot read."""

    event: str
    order: Order
    field: str
    why: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.event}, field {self.field}" if self.field else self.event
        return f"{place}: {self.order.meets} ({self.order.value}): {self.why}.\n  {self.mend}"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.event, self.order.value, self.field


MENDS = {
    (
        Order.PRODUCER,
        True,
    ): "Tell it for one more release, and take it away when no consumer expects it any more.",
    (Order.PRODUCER, False): "Release consumers that take it, and tell it in the release after.",
    (Order.CONSUMER, True): "Give it a default.",
    (Order.CONSUMER, False): "Take what was told before as well.",
}
OR_ELSE = " Or raise the major version and write an upcaster: docs/change-an-event.md"
KEEP = (
    "Keep its class for as long as it may lie in a queue or in the event store; stop telling and hearing it."
)
FIRST = (
    "Release every consumer before its owner, and say so in AGREED: shared_events/catalogue/compatibility.py."
)


def current() -> Schemas:
    """The schemas of the catalogue as it is in the code."""
    return read({schema.file_of(kind).name: schema.schema(kind) for kind in EVENTS})


def released() -> Schemas:
    """The schemas of the last release."""
    return read({path.name: path.read_bytes() for path in sorted(RELEASED.glob("*.json"))})


def read(files: Mapping[str, bytes]) -> Schemas:
    """Schemas by what their files are called: ``posts.post.created.v1.json``."""
    return {_kind(name): msgspec.json.decode(content) for name, content in files.items()}


def _kind(file: str) -> Kind:
    name, _, major = file.removesuffix(".json").rpartition(".v")
    return Kind(name, int(major))


def breaks(before: Schemas, now: Schemas, upcasters: Collection[tuple[str, int]] = UPCASTERS) -> list[Break]:
    """All that goes wrong between two releases that run at once; what is agreed on is among it."""
    newest = {kind.type: kind.major for kind in sorted(before)}
    majors = {kind.type: kind.major for kind in now}
    return [
        found
        for kind in before
        for found in _of(kind, before, now, majors.get(kind.type, 0), newest[kind.type], upcasters)
    ]


def unwanted(found: Collection[Break]) -> list[Break]:
    """Those that nobody has agreed on."""
    return [one for one in found if one.key not in AGREED]


def _of(
    kind: Kind, before: Schemas, now: Schemas, major: int, newest: int, upcasters: Collection[tuple[str, int]]
) -> Iterator[Break]:
    if major < kind.major:
        yield Break(str(kind), Order.CONSUMER, "", "the catalogue has it no more", KEEP)
    elif major == kind.major:
        yield from _told(kind, Order.PRODUCER, refusals(before[kind], now[kind]))
        yield from _told(kind, Order.CONSUMER, refusals(now[kind], before[kind]))
    else:
        if kind.major == newest:
            yield Break(
                str(kind),
                Order.PRODUCER,
                "",
                f"it is told as v{major}, and parked by who reads v{newest}",
                FIRST,
            )
        for step in range(kind.major, major):
            if (kind.type, step) not in upcasters:
                mend = f"Write the upcaster of ({kind.type!r}, {step}): shared_events/catalogue/upcasters.py"
                yield Break(str(kind), Order.CONSUMER, "", f"nothing leads from v{step} to v{step + 1}", mend)


def _told(kind: Kind, order: Order, found: list[Refusal]) -> Iterator[Break]:
    for field, why, is_absence in found:
        yield Break(str(kind), order, field, why, MENDS[order, is_absence] + OR_ELSE)
