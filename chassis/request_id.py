"""Gives every request an id, which its answer, its log lines and the events it causes carry."""

import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from uuid_utils.compat import uuid7

from chassis.logging import requests
from shared_events import causation

HEADER = "X-Request-ID"
GIVEN = "HTTP_X_REQUEST_ID"  # in META: to make `headers` takes longer than all that is done here
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestIdMiddleware:
    """Takes the caller's id if it is harmless, else makes one, and echoes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _request_id(request.META.get(GIVEN, ""))
        request.META["REQUEST_ID"] = request_id
        began = time.monotonic()
        with causation.started_by(request_id) as cause:
            response = self.get_response(request)
            requests.tell(request, response, cause, time.monotonic() - began)
        response[HEADER] = request_id
        return response


def _request_id(proposed: str) -> str:
    return proposed if ACCEPTABLE.fullmatch(proposed) else str(uuid7())
