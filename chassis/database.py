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
# A request that gets no connection in so many seconds answers 503.
CONNECT_SECONDS = 5


def database(url: str, *, statement_seconds: int = 0) -> dict[str, Any]:
    """Settings for the database behind a URL, which every thread keeps a connection to.

    PostgreSQL gives up a statement after so many seconds, if there is a limit. Raises ValueError for any but
    SQLite files and PostgreSQL.
    """
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return _with_options(Env.db_url_config(url), SQLITE_OPTIONS) | {"CONN_MAX_AGE": None}
    if scheme in ("postgres", "postgresql") and separator and rest:
        return _postgresql(Env.db_url_config(url), statement_seconds)
    raise ValueError("neither sqlite:///path nor postgres://user:password@host:port/name")


def _postgresql(config: dict[str, Any], statement_seconds: int) -> dict[str, Any]:
    config = config | {"ENGINE": POSTGRESQL, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if not statement_seconds:
        return config
    limit = f"-c statement_timeout={statement_seconds}s"
    return _with_options(config, {"connect_timeout": CONNECT_SECONDS, "options": limit})


def _with_options(config: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return config | {"OPTIONS": options | config.get("OPTIONS", {})}
