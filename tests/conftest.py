from collections.abc import Iterator

import pytest

from tests.assembly import Assembly, assembled

ENGINES = {
    "sqlite": {"postgres": False},
    "postgres": {"postgres": True},
    "mixed": {"postgres": True, "sqlite": ("comments", "query")},
}


@pytest.fixture(scope="session", params=ENGINES)
def assembly(request, tmp_path_factory) -> Iterator[Assembly]:
    """The system on SQLite, on PostgreSQL, and on a mix of both."""
    with assembled(tmp_path_factory.mktemp(request.param), **ENGINES[request.param]) as assembly:
        yield assembly
