"""Marks for tests that only one engine can have, or that need no second one."""

import pytest
from django.db import connection

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has it")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has it")
on_one_engine = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="does not depend on the database: runs on SQLite"
)
