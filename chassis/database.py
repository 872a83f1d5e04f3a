"""Turns a database URL into Django's settings, for SQLite and PostgreSQL."""

from typing import Any

from environ import Env

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "chassis.postgresql"

# A 2xx promises durability: WAL with synchronous=NORMAL may lose the last commits in a power cut.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
}
# A request that gets no connection in time answers 503. The pool doubles its pauses between attempts,
# and might go on waiting though the database is back: so an attempt is given up soon and begun anew.
# Milliseconds: no answer is worth waiting longer for, and gunicorn would end the worker soon after.
STATEMENT_TIMEOUT = "-c statement_timeout=20000"
POOL_OPTIONS = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 2}


def database(url: str, *, pooled: bool) -> dict[str, Any]:
    """Settings for the database behind a URL; raises ValueError for any but SQLite files and PostgreSQL."""
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return _with_options(Env.db_url_config(url), SQLITE_OPTIONS) | {"CONN_MAX_AGE": None}
    if scheme in ("postgres", "postgresql") and separator and rest:
        return _postgresql(Env.db_url_config(url), pooled=pooled)
    raise ValueError("neither sqlite:///path nor postgres://user:password@host:port/name")


def _postgresql(config: dict[str, Any], *, pooled: bool) -> dict[str, Any]:
    config = config | {"ENGINE": POSTGRESQL}
    if pooled:
        # Django refuses a pool together with persistent connections.
        options = {"pool": POOL_OPTIONS, "options": STATEMENT_TIMEOUT}
        return _with_options(config, options) | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    return config | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


def _with_options(config: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return config | {"OPTIONS": options | config.get("OPTIONS", {})}
