"""Connections that the server ended are noticed without asking it before every request."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError
from django.db.utils import ConnectionHandler
from django.test.utils import CaptureQueriesContext

from chassis.database import database

# The signal is only sent, unless one waits: 10,000 ms are the most until the connection is really gone.
END = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = %s"
ASKED = "SELECT query FROM pg_stat_activity WHERE application_name = %s"
NAME = "chassis-test"

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[0, 1], ids=["kept", "pooled"])
def kept(request) -> Iterator[Any]:
    """A connection as a service has it, in use for a while."""
    url = os.environ["DATABASE_URL"]
    if not url.startswith("postgres"):
        pytest.skip("SQLite has no server that could end a connection")
    settings = database(f"{url}?application_name={NAME}", statement_seconds=20, pool=request.param)
    wrapper = ConnectionHandler({"default": {}, NAME: settings})[NAME]
    ask(wrapper)
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def ask(wrapper: Any) -> int:
    """What a request does: take the connection, and leave it for the next one."""
    wrapper.close_if_unusable_or_obsolete()
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found = cursor.fetchone()[0]
    if wrapper.settings_dict["CONN_MAX_AGE"] == 0:
        wrapper.close()
    return found


def elsewhere(statement: str) -> list[Any]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
        return session.execute(statement, [NAME]).fetchall()


def test_a_connection_that_holds_is_used_again_and_the_server_is_not_asked_whether_it_may(kept):
    first = ask(kept)
    if kept.pool:
        kept.pool.putconn(kept.pool.getconn())
    else:
        assert kept.is_usable()

    assert elsewhere(ASKED) == [("SELECT pg_backend_pid()",)]
    assert ask(kept) == first


def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(kept):
    first = ask(kept)
    assert elsewhere(END) == [(True,)]

    assert ask(kept) != first


def test_texts_are_found_without_a_cursor(kept):
    kept.close_if_unusable_or_obsolete()

    assert kept.texts("SELECT text FROM (VALUES ('ä'), ('')) AS said (text)") == ["ä", ""]
    assert kept.texts("SELECT 'a' WHERE false") == []


def test_whoever_listens_to_statements_hears_of_texts(kept):
    heard = []

    def listen(execute, statement, *rest):
        heard.append(statement)
        return execute(statement, *rest)

    with kept.execute_wrapper(listen):
        assert kept.texts("SELECT 'wrapped'") == ["wrapped"]
    with CaptureQueriesContext(kept) as logged:
        assert kept.texts("SELECT 'logged'") == ["logged"]

    assert heard == ["SELECT 'wrapped'"]
    assert [one["sql"] for one in logged] == ["SELECT 'logged'"]


def test_a_fault_in_a_statement_for_texts_is_one_of_djangos(kept):
    with pytest.raises(ProgrammingError, match="nonsense"):
        kept.texts("SELECT nonsense")
    assert kept.texts("SELECT 'a'") == ["a"]


def test_so_is_one_that_takes_too_long(kept):
    kept.texts("SELECT set_config('statement_timeout', '10ms', false)")

    with pytest.raises(OperationalError, match="timeout"):
        kept.texts("SELECT CAST(pg_sleep(60) AS text)")


def test_a_connection_that_ends_while_it_is_asked_for_texts_is_out_of_reach_and_then_replaced(kept):
    first = ask(kept)
    kept.close_if_unusable_or_obsolete()
    kept.texts("SELECT 'a'")  # it has been looked at
    assert elsewhere(END) == [(True,)]

    for _ in range(2):
        with pytest.raises(OperationalError):
            kept.texts("SELECT 'a'")
    assert ask(kept) != first
    assert kept.texts("SELECT 'a'") == ["a"]
