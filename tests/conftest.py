import os
from collections.abc import Iterator

import pytest

from deploy.local import bench, ports
from deploy.local.environment import BROKER_OFFSET, OFFSETS
from tests.assembly import Assembly

ENGINES = {
    "sqlite": {"postgres": False},
    "postgres": {"postgres": True},
    "mixed": {"postgres": True, "sqlite": ("comments", "query")},
}


def free_base_port() -> int:
    """A hundred ports that nothing else on this machine uses."""
    wanted = (*OFFSETS.values(), *range(BROKER_OFFSET, BROKER_OFFSET + 20))
    bases = range(18000, 30000, 100)
    return next(base for base in bases if all(ports.is_free(base + offset) for offset in wanted))


@pytest.fixture(scope="module", params=ENGINES)
def assembly(request, tmp_path_factory) -> Iterator[Assembly]:
    """The system on SQLite, on PostgreSQL, and on a mix of both; what the caller had set is left out."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(bench.clean(kept))
    assembly = Assembly(
        tmp_path_factory.mktemp(request.param), **ENGINES[request.param], base_port=free_base_port()
    )
    try:
        assembly.start()
        yield assembly
    finally:
        assembly.stop()
        os.environ.clear()
        os.environ.update(kept)
