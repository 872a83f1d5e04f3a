"""PostgreSQL roles and their databases, closed to one another."""

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[object, ...]]


def ensure(owner: Connection, role: str, *, password: str, rights: str) -> None:
    """Make a role and its database, which no other role may enter."""
    name = sql.Identifier(role)
    if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        make = sql.SQL("CREATE ROLE {} {} PASSWORD {}")
        owner.execute(make.format(name, sql.SQL(rights), sql.Literal(password)))
    if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [role]).fetchone():
        owner.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
    owner.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
