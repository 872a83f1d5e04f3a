"""Reading what one has just written elsewhere: `Tidings-After`."""

import logging
import re
import time
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from chassis.problems import Unavailable
from shared_events import versions

log = logging.getLogger(__name__)

AFTER, VERSION = "Tidings-After", "Tidings-Version"
GIVEN = "HTTP_TIDINGS_AFTER"  # in META
TOLD = re.compile(r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})@([0-9]{1,18})")
LONGEST_WAIT = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1
# Of the four threads of a process: whoever asks for what never comes must not keep the others from reading.
WAITING_AT_ONCE = 3

_places = BoundedSemaphore(WAITING_AT_ONCE)


class NotHeardYet(Unavailable):
    default_detail = "This service has not heard of that version yet: try again."
    default_code = "not_heard_yet"
    wait = 1


class WaitsForNews:
    """For an API view: answers once this service has heard of the version that ``Tidings-After`` names.

    The wait comes after who is asking was found out and before anything is done; it holds no transaction.
    """

    def initial(self, request: Request, *arguments: Any, **keywords: Any) -> None:
        super().initial(request, *arguments, **keywords)  # type: ignore[misc] # the view behind has it
        if GIVEN in request.META:
            wait_until_heard(*_told(request.META[GIVEN]))


def wait_until_heard(subject: UUID, version: int) -> None:
    """Return once this service holds a thing in this version or a newer one.

    Raises NotHeardYet after a few seconds, and at once when too many wait already.
    """
    if versions.held(subject) >= version:
        return
    if not _places.acquire(blocking=False):
        log.info("%d readers wait for news already: the next is told to come again", WAITING_AT_ONCE)
        raise NotHeardYet
    try:
        _poll(subject, version)
    finally:
        _places.release()


def _poll(subject: UUID, version: int) -> None:
    until, pause = time.monotonic() + LONGEST_WAIT, FIRST_PAUSE
    while time.monotonic() + pause < until:
        time.sleep(pause)  # in a thread of its own, which holds neither transaction nor lock
        if versions.held(subject) >= version:
            return
        pause = min(pause * 1.5, LONGEST_PAUSE)
    log.info("a reader waited for %s in version %d, which was not heard of yet", subject, version)
    raise NotHeardYet


def _told(given: str) -> tuple[UUID, int]:
    found = TOLD.fullmatch(given.strip())
    if found is None:
        raise ParseError(f"{AFTER} must be like {VERSION} of an answer: the id of a thing, @, a version.")
    return UUID(found[1]), int(found[2])
