"""How often anyone may ask."""

from functools import cache
from math import ceil
from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from chassis.callers import address
from chassis.counters import Counters


class Throttle(BaseThrottle):
    """Counts reads and writes of a person, or of an address, in all processes that share the counters.

    Where nothing says where the counters are, as under ``runserver``, nothing is counted.
    """

    seconds_left = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = "READS" if request.method in SAFE_METHODS else "WRITES"
        limit, path = settings.THROTTLE[scope], settings.THROTTLE["COUNTERS"]
        if limit is None or not path:
            return True
        times, self.seconds_left = counters(path).spend(f"{scope} {_who(request)}", seconds=limit.seconds)
        return bool(times <= limit.times)

    def wait(self) -> float:
        return ceil(self.seconds_left)


@cache
def counters(path: str) -> Counters:
    return Counters(path)


def _who(request: Request) -> str:
    if request.user and request.user.is_authenticated:
        return f"person {request.user.get_username()}"
    return f"address {address(request)}"
