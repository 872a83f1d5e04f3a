"""A line for each request that may have changed something; the gateway has one for every request."""

import logging

from django.http import HttpRequest, HttpResponse

from shared_events.causation import Cause

log = logging.getLogger("chassis.requests")

SAFE = ("GET", "HEAD", "OPTIONS")


def tell(request: HttpRequest, response: HttpResponse, cause: Cause, seconds: float) -> None:
    """Say what was asked, what came of it, and which events that told; reads are told at DEBUG alone."""
    level = logging.DEBUG if request.method in SAFE and response.status_code < 500 else logging.INFO
    if not log.isEnabledFor(level):
        return
    about: dict[str, object] = {"status": response.status_code, "milliseconds": round(seconds * 1000, 1)}
    if len(cause.told) == 1:
        about |= {"event_id": cause.told[0].event_id, "subject": cause.told[0].subject}
    if cause.told:
        about["told"] = [event.type for event in cause.told]
    log.log(level, "%s %s", request.method, request.path, extra=about)
