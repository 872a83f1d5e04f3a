"""Telling a database that is away or busy from an event that can never be applied."""

from django.db import DatabaseError, InterfaceError, OperationalError

from shared_events.worker.parking import HandlerFailed

# SQLSTATE classes and codes after which the same statement may succeed later:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
TRANSIENT_CLASSES = ("08", "25", "40", "53", "57", "58")
TRANSIENT_CODES = ("55P03",)  # lock_not_available


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later may succeed without anyone mending anything."""
    if isinstance(error, HandlerFailed):
        return error.__cause__ is not None and is_transient(error.__cause__)
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    if state:
        return state.startswith(TRANSIENT_CLASSES) or state in TRANSIENT_CODES
    return isinstance(error, OperationalError)
