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
# The pool doubles its pauses between attempts to connect, and might go on waiting though the database is
# back: so an attempt is given up soon and begun anew.
POOL_OPTIONS = {"min_size": 1, "timeout": CONNECT_SECONDS, "reconnect_timeout": 2}


def database(url: str, *, statement_seconds: int = 0, pool: int = 0) -> dict[str, Any]:
    """Settings for the database behind a URL, which every thread keeps a connection to.

    On PostgreSQL a statement is given up after so many seconds, if there is a limit, and with ``pool`` the
    threads of a process share at most so many connections. Raises ValueError for any but SQLite files and
    PostgreSQL.
    """
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return _with_options(Env.db_url_config(url), SQLITE_OPTIONS) | {"CONN_MAX_AGE": None}
    if scheme in ("postgres", "postgresql") and separator and rest:
        return _postgresql(Env.db_url_config(url), statement_seconds, pool)
    raise ValueError("neither sqlite:///path nor postgres://user:password@host:port/name")


def _postgresql(config: dict[str, Any], statement_seconds: int, pool: int) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if statement_seconds:
        options = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={statement_seconds}s",
        }
    if pool:
        options["pool"] = POOL_OPTIONS | {"max_size": pool}
    config = config | {"ENGINE": POSTGRESQL, "CONN_HEALTH_CHECKS": True}
    # Django refuses a pool together with persistent connections.
    return _with_options(config, options) | {"CONN_MAX_AGE": 0 if pool else None}


def _with_options(config: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return config | {"OPTIONS": options | config.get("OPTIONS", {})}
