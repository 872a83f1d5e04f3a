"""How often anyone may ask."""

from functools import cache
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from chassis.callers import address
from chassis.counters import Counters

SPENT = "THROTTLE_SPENT"  # in META


class Throttle(BaseThrottle):
    """Counts reads and writes of a person, or of an address, in all processes that share the counters.

    A request counts once, however often it is asked about; where nobody has asked yet who it is from, for
    its address. Where nothing says where the counters are, as under ``runserver``, nothing is counted.
    """

    seconds_left = 0.0

    def allow_request(self, request: Request | HttpRequest, view: Any) -> bool:
        scope = "READS" if request.method in SAFE_METHODS else "WRITES"
        limit, path = settings.THROTTLE[scope], settings.THROTTLE["COUNTERS"]
        if limit is None or not path:
            return True
        if SPENT not in request.META:
            who = f"{scope} {_who(request)}"
            request.META[SPENT] = counters(path).spend(who, seconds=limit.seconds)
        times, self.seconds_left = request.META[SPENT]
        return bool(times <= limit.times)

    def wait(self) -> float:
        return ceil(self.seconds_left)


@cache
def counters(path: str) -> Counters:
    return Counters(path)


def _who(request: Request | HttpRequest) -> str:
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        return f"person {user.get_username()}"
    return f"address {address(request)}"
