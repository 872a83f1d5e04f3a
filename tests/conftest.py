from collections.abc import Iterator

import pytest

from deploy.local import ports
from deploy.local.environment import BROKER_OFFSET, OFFSETS
from tests.assembly import Assembly

# The four services, the private broker, and PostgreSQL with room.
PORTS = (*OFFSETS.values(), *range(BROKER_OFFSET, BROKER_OFFSET + 20))
ENGINES = {
    "sqlite": {"postgres": False},
    "postgres": {"postgres": True},
    "mixed": {"postgres": True, "sqlite": ("comments", "query")},
}


@pytest.fixture(scope="session", params=ENGINES)
def assembly(request, tmp_path_factory) -> Iterator[Assembly]:
    """The system on SQLite, on PostgreSQL, and on a mix of both."""
    assembly = Assembly(
        tmp_path_factory.mktemp(request.param), **ENGINES[request.param], base_port=ports.free_base(PORTS)
    )
    try:
        assembly.start()
        yield assembly
    finally:
        assembly.stop()
