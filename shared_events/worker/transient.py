"""Telling a database that is away, busy or not yet migrated from an event that can never be applied."""

from django.db import DatabaseError, InterfaceError, OperationalError

from shared_events.worker.parking import HandlerFailed

# SQLSTATE classes and codes after which the same statement may succeed later:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
# A connection is lost; its user is not let in; a conflict with another transaction; no memory, disk or slot;
# somebody stopped the server; its own files fail it.
TRANSIENT_CLASSES = ("08", "28", "40", "53", "57", "58")
# Not all of class 25: a handler that swallows an error of the database leaves a failed transaction, 25P02.
READ_ONLY, IDLE_TOO_LONG, LASTED_TOO_LONG = "25006", "25P03", "25P04"
LOCK_NOT_AVAILABLE = "55P03"
# A migration, or a grant, that comes after the code: no event is to blame, and none could be applied.
UNDEFINED_TABLE, UNDEFINED_COLUMN, INSUFFICIENT_PRIVILEGE = "42P01", "42703", "42501"
TRANSIENT_CODES = (
    *(READ_ONLY, IDLE_TOO_LONG, LASTED_TOO_LONG, LOCK_NOT_AVAILABLE),
    *(UNDEFINED_TABLE, UNDEFINED_COLUMN, INSUFFICIENT_PRIVILEGE),
)

# https://www.sqlite.org/rescode.html; an extended code begins with the name of its primary one.
TRANSIENT_SQLITE = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_INTERRUPT", "SQLITE_NOMEM", "SQLITE_FULL"),
    *("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
    *("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_SCHEMA"),
)
# The code for these is the one for every mistake in a statement.
NOT_MIGRATED = ("no such table", "no such column", "has no column named")


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later may succeed without anyone mending the event or its handler."""
    if isinstance(error, HandlerFailed):
        return error.__cause__ is not None and is_transient(error.__cause__)
    if not isinstance(error, (DatabaseError, InterfaceError)):
        return False
    if state := getattr(error.__cause__, "sqlstate", None):
        return state.startswith(TRANSIENT_CLASSES) or state in TRANSIENT_CODES
    if name := getattr(error.__cause__, "sqlite_errorname", ""):
        return name.startswith(TRANSIENT_SQLITE) or any(words in str(error) for words in NOT_MIGRATED)
    # Without a code the server was not reached, or is gone.
    return isinstance(error, (OperationalError, InterfaceError))
