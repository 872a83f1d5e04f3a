"""What each engine really raises, and whether a batch waits for it or parks an event."""

import sqlite3
import threading
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, Error, connection, transaction
from django.db.backends.signals import connection_created

from shared_events.tests.engines import on_postgresql, on_sqlite
from shared_events.tests.example.models import Answer
from shared_events.tests.processes import database_url
from shared_events.tests.waiting import until
from shared_events.worker.app import LOCK_TIMEOUT, event_app, wait_for_no_lock_forever
from shared_events.worker.parking import HandlerFailed
from shared_events.worker.transient import is_transient

pytestmark = pytest.mark.django_db(transaction=True)

WAITS, PARKS = True, False


def execute(statement, *parameters, on=connection):
    with on.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def raised(provoke):
    """The error that Django makes of what the engine says; whatever it did to the connection is forgotten."""
    try:
        with pytest.raises(Error) as caught, transaction.atomic():
            provoke()
        return caught.value
    finally:
        connection.close()


def no_such_table():
    execute("SELECT 1 FROM not_yet_migrated")


def no_such_column():
    execute("SELECT not_yet_migrated FROM example_answer")


def no_such_column_to_write():
    execute("INSERT INTO example_answer (not_yet_migrated) VALUES (1)")


def wrong_syntax():
    execute("SELEKT 1")


def twice_the_same():
    answer = Answer.objects.create(case_id=UUID(int=1))
    Answer(pk=answer.pk, case_id=UUID(int=1)).save(force_insert=True)


def nothing_where_something_must_be():
    Answer.objects.create(case_id=None)


@pytest.mark.parametrize(
    ("provoke", "expected"),
    [
        (no_such_table, WAITS),
        (no_such_column, WAITS),
        (no_such_column_to_write, WAITS),
        (wrong_syntax, PARKS),
        (twice_the_same, PARKS),
        (nothing_where_something_must_be, PARKS),
    ],
)
def test_on_both_engines(provoke, expected):
    error = raised(provoke)

    assert is_transient(error) is expected, error
    wrapped = HandlerFailed("a handler")
    wrapped.__cause__ = error
    assert is_transient(wrapped) is expected


@contextmanager
def somebody_else():
    with psycopg.connect(database_url(), autocommit=True) as session:
        yield session


def lock_timeout():
    with somebody_else() as other, other.transaction():
        other.execute("LOCK TABLE example_answer")
        execute("SET LOCAL lock_timeout = '20ms'")
        Answer.objects.count()


def statement_timeout():
    execute("SET LOCAL statement_timeout = '20ms'")
    execute("SELECT pg_sleep(10)")


def serialization_failure():
    execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    answer = Answer.objects.get()
    with somebody_else() as other:
        other.execute("UPDATE example_answer SET judged_by = 'other'")
    answer.save()


def deadlock():
    """Of two that wait for each other, the one that began first is the victim: this one."""
    first, second = "SELECT pg_advisory_xact_lock(1)", "SELECT pg_advisory_xact_lock(2)"
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    holds = threading.Event()

    def cross():
        with somebody_else() as other, somebody_else() as watcher, other.transaction():
            other.execute(second)
            holds.set()
            until(lambda: watcher.execute(waiting).fetchone())
            other.execute(first)

    thread = threading.Thread(target=cross)
    thread.start()
    try:
        execute(first)
        assert holds.wait(10)
        execute(second)
    finally:
        connection.close()
        thread.join(10)


def terminated_by_an_administrator():
    [[pid]] = execute("SELECT pg_backend_pid()")
    with somebody_else() as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    execute("SELECT 1")


def connection_lost():
    try:
        terminated_by_an_administrator()
    except DatabaseError:
        execute("SELECT 1")


def nobody_listens():
    unreachable = connection.copy()
    unreachable.settings_dict["HOST"], unreachable.settings_dict["PORT"] = "127.0.0.1", "1"
    execute("SELECT 1", on=unreachable)


def wrong_password():
    refused = connection.copy()
    refused.settings_dict["PASSWORD"] = "wrong"
    execute("SELECT 1", on=refused)


def no_grant():
    execute("SELECT * FROM pg_authid")


def read_only():
    execute("SET TRANSACTION READ ONLY")
    Answer.objects.create(case_id=UUID(int=2))


def an_error_that_was_swallowed():
    try:
        execute("SELECT 1 / 0")
    except DatabaseError:
        execute("SELECT 1")


def too_long():
    Answer.objects.create(case_id=UUID(int=2), judged_by="x" * 300)


@on_postgresql
@pytest.mark.parametrize(
    ("provoke", "expected"),
    [
        (lock_timeout, WAITS),
        (statement_timeout, WAITS),
        (serialization_failure, WAITS),
        (deadlock, WAITS),
        (terminated_by_an_administrator, WAITS),
        (connection_lost, WAITS),
        (nobody_listens, WAITS),
        (wrong_password, WAITS),
        (no_grant, WAITS),
        (read_only, WAITS),
        (an_error_that_was_swallowed, PARKS),
        (too_long, PARKS),
    ],
)
def test_on_postgresql(provoke, expected):
    Answer.objects.create(case_id=UUID(int=1))

    error = raised(provoke)
    assert is_transient(error) is expected, error


@on_postgresql
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("08006", WAITS),  # connection_failure
        ("53100", WAITS),  # disk_full
        ("53200", WAITS),  # out_of_memory
        ("53300", WAITS),  # too_many_connections
        ("57P02", WAITS),  # crash_shutdown
        ("57P03", WAITS),  # cannot_connect_now
        ("58030", WAITS),  # io_error
        ("22021", PARKS),  # character_not_in_repertoire
        ("23514", PARKS),  # check_violation
        ("P0001", PARKS),  # raised by a trigger
    ],
)
def test_by_the_server_s_code(state, expected):
    error = raised(lambda: execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))

    assert error.__cause__.sqlstate == state
    assert is_transient(error) is expected


def database_is_locked():
    connection.close()
    connection.connect()
    execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        Answer.objects.create(case_id=UUID(int=2))
    finally:
        other.close()


def disk_is_full():
    execute("PRAGMA max_page_count = 1")  # is taken for as many as there are
    # More than the pages that other tests have left empty in the file.
    execute("INSERT INTO example_answer (case_id, judged_by) VALUES ('x', zeroblob(500000000))")


def database_is_read_only():
    execute("PRAGMA query_only = ON")
    Answer.objects.create(case_id=UUID(int=2))


def too_many_variables():
    execute(f"SELECT {','.join(['%s'] * 300_000)}", *range(300_000))


def elsewhere(path):
    other = connection.copy()
    other.settings_dict["NAME"] = str(path)
    other.settings_dict["OPTIONS"] = {}
    execute("SELECT * FROM example_answer", on=other)


@on_sqlite
@pytest.mark.parametrize(
    ("provoke", "expected"),
    [(disk_is_full, WAITS), (database_is_read_only, WAITS), (too_many_variables, PARKS)],
)
def test_on_sqlite(provoke, expected):
    error = raised(provoke)
    assert is_transient(error) is expected, error


@on_sqlite
def test_a_file_that_another_process_writes_to():
    with pytest.raises(Error) as caught:
        database_is_locked()
    connection.close()

    assert is_transient(caught.value), caught.value


@on_sqlite
def test_a_file_that_cannot_be_opened_or_is_no_database(tmp_path):
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"not a database, and long enough to be taken for one" * 100)
    for path in (tmp_path / "absent" / "file", garbage):
        error = raised(lambda path=path: elsewhere(path))
        assert is_transient(error), error


@on_postgresql
def test_a_worker_waits_for_a_lock_no_longer_than_it_may():
    event_app("posts")
    connection.close()
    try:
        assert execute("SHOW lock_timeout") == [(LOCK_TIMEOUT,)]
    finally:
        connection_created.disconnect(wait_for_no_lock_forever)
        connection.close()


def test_what_no_database_raised_is_parked():
    assert not is_transient(ValueError("no"))
    assert not is_transient(HandlerFailed("a handler"))
