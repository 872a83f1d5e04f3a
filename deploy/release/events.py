"""Holds the events of a release against those of the last one, before anything is built."""

import ast
from collections.abc import Iterator
from functools import cache

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from deploy.local.trouble import Trouble
from shared_events.catalogue import EVENTS
from shared_events.catalogue.compatibility import AGREED, Break, Order, breaks, current, released, unwanted

HEARING = ("handles", "replicates")
MEND = "mend it, or write down in AGREED how it is released all the same: docs/change-an-event.md"


def refuse_breaks() -> None:
    """Raise Trouble if old and new would not understand each other; say what was agreed on."""
    found = breaks(released(), current())
    if unexpected := unwanted(found):
        raise Trouble("\n".join(map(told, unexpected)), mend=MEND)
    for one in found:
        print(f"\n# {told(one)}\n# agreed on: {AGREED[one.key]}", flush=True)


def told(one: Break) -> str:
    """A break, with the services that it concerns."""
    event = one.event.rpartition(".v")[0]
    hearing = ", ".join(hearers().get(event, ())) or "nobody"
    release = "of the last release" if one.order is Order.PRODUCER else "of today"
    return f"{one}\n  It is heard by {hearing} {release}."


@cache
def hearers() -> dict[str, list[str]]:
    """Which services hear an event, by its type, read off their decorators."""
    types = {event.__name__: event.type for event in EVENTS}
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        for name in sorted(set(_heard_by(service)) & types.keys()):
            found.setdefault(types[name], []).append(service)
    return found


def _heard_by(service: str) -> Iterator[str]:
    for file in (REPOSITORY / service).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            for one in getattr(node, "decorator_list", ()):
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in HEARING:
                    yield from (name.id for name in one.args if isinstance(name, ast.Name))
