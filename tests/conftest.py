import os
from collections.abc import Iterator

import pytest

from deploy.local import bench
from tests.assembly import Assembly

ENGINES = {
    "sqlite": {"base_port": 18000, "postgres": False},
    "postgres": {"base_port": 18100, "postgres": True},
    "mixed": {"base_port": 18200, "postgres": True, "sqlite": ("comments", "query")},
}


@pytest.fixture(scope="module", params=ENGINES)
def assembly(request, tmp_path_factory) -> Iterator[Assembly]:
    """The system on SQLite, on PostgreSQL, and on a mix of both; what the caller had set is left out."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(bench.clean(kept))
    assembly = Assembly(tmp_path_factory.mktemp(request.param), **ENGINES[request.param])
    try:
        assembly.start()
        yield assembly
    finally:
        assembly.stop()
        os.environ.clear()
        os.environ.update(kept)
