"""What the data of an older major version becomes in the next one.

A new major version of an event changes its class and adds a function here, under the type and the version
that it starts from. Whatever was told before is read through it: live, replayed, or parked and applied again.
"""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}


def upcast(kind: str, data: Data, *, start: int, end: int) -> Data:
    """Bring data from one major version to a later one; raises KeyError if a step is missing."""
    for major in range(start, end):
        data = UPCASTERS[kind, major](data)
    return data
