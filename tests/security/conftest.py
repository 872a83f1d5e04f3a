from collections.abc import Iterator

import pytest

from deploy.local import keys, ports
from deploy.local.environment import SERVICES
from deploy.local.postgres import Postgres
from deploy.local.state import State
from tests.security.site import Site

ENGINES = ("sqlite", "postgres")
OFFSETS = {
    engine: {name: 40 + 5 * row + place for place, name in enumerate(SERVICES)}
    for row, engine in enumerate(ENGINES)
}
POSTGRES_OFFSET = 60


@pytest.fixture(scope="session")
def sites(tmp_path_factory) -> Iterator[dict[str, Site]]:
    """All services on both engines, started once."""
    taken = [*(offset for offsets in OFFSETS.values() for offset in offsets.values()), POSTGRES_OFFSET]
    base = ports.free_base(taken)
    folder = tmp_path_factory.mktemp("security")
    state = State(folder)
    postgres = Postgres(
        state.path("postgres"),
        first_port=base + POSTGRES_OFFSET,
        roles=SERVICES,
        secret=lambda name: keys.secret(state, name),
        throwaway=True,
    )
    started: dict[str, Site] = {}
    try:
        postgres.start()
        for engine in ENGINES:
            own = {name: base + offset for name, offset in OFFSETS[engine].items()}
            started[engine] = Site(folder / engine, own, postgres if engine == "postgres" else None)
            started[engine].fill()
        for site in started.values():
            site.start()
        for site in started.values():
            site.wait_ready()
        yield started
    finally:
        for site in started.values():
            site.stop()
        postgres.remove()


@pytest.fixture(params=ENGINES)
def site(request, sites) -> Site:
    return sites[request.param]
