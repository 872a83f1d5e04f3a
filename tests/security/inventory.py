"""The addresses that routes.txt lists, to be asked one by one."""

import re
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from tests.security.rows import APPROVED, SHOWN

LISTED = Path(__file__).with_name("routes.txt")
PARAMETER = re.compile(r"<\w+:(\w+)>")
IDS = {"post_id": SHOWN, "comment_id": APPROVED}
SAFE = ("GET",)


class Route(NamedTuple):
    path: str  # without the service's prefix
    service: str
    methods: tuple[str, ...]
    permission: str

    @property
    def address(self) -> str:
        """Of a thing that is there, where the path names one that the tests know."""
        return PARAMETER.sub(lambda name: str(IDS.get(name[1], UUID(int=404))), self.path)

    @property
    def writes(self) -> tuple[str, ...]:
        return tuple(method for method in self.methods if method not in SAFE)


def api() -> list[Route]:
    """All that lies in the APIs."""
    found = []
    for line in LISTED.read_text().splitlines():
        path, methods, permission = line.split(" ")
        service, _, rest = path.partition("/")
        if rest.startswith("api/v1/"):
            found.append(Route(rest, service, tuple(methods.split(",")), permission))
    return found


WRITES = [(route, method) for route in api() for method in route.writes]
READS = [route for route in api() if "GET" in route.methods]


def named(value: object) -> str:
    return f"{value.service}/{value.path}" if isinstance(value, Route) else str(value)
