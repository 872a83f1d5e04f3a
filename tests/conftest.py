from collections.abc import Iterator

import pytest

from deploy.local import parts
from tests.assembly import Assembly, assembled
from tests.compose.engine import no_compose, no_engine
from tests.compose.stack import Stack, described
from tests.receiver import Receiver

ENGINES = {
    "sqlite": {"postgres": False},
    "postgres": {"postgres": True},
    "mixed": {"postgres": True, "sqlite": ("comments", "query")},
}
# This one is looked into as well: its traces and lines go to the receiver.
WATCHED = "mixed"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on",
        choices=(*ENGINES, parts.OTHERS),
        help="only what is tested on the assembled system with these databases, or all others",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--on")
    if wanted is None:
        return
    left_out = [item for item in items if needed(item) != wanted]
    items[:] = [item for item in items if needed(item) == wanted]
    config.hook.pytest_deselected(items=left_out)


def needed(item: pytest.Item) -> str:
    """The databases of the assembled system that a test uses."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("assembly", parts.OTHERS) if callspec else parts.OTHERS


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session", params=ENGINES)
def assembly(request, tmp_path_factory, receiver) -> Iterator[Assembly]:
    """The system on SQLite, on PostgreSQL, and on a mix of both."""
    watching = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",  # milliseconds
        "OTEL_BLRP_SCHEDULE_DELAY": "200",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "DEBUG",
    }
    variables = watching if request.param == WATCHED else {}
    folder = tmp_path_factory.mktemp(request.param)
    with assembled(folder, **ENGINES[request.param], variables=variables) as assembly:
        yield assembly


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The system of compose.yaml on a real engine, with PostgreSQL and RabbitMQ 4."""
    if reason := no_compose() or no_engine(foreign_images()):
        pytest.skip(reason)
    stack = Stack()
    try:
        stack.up("--build")
        yield stack
    finally:
        stack.down()


def foreign_images() -> set[str]:
    images = {one["image"] for one in described()["services"].values()}
    return {image for image in images if not image.startswith("tidings/")}
