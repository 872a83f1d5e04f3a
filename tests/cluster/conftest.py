import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from deploy.local import broker
from tests.assembly import Assembly, assembled
from tests.cluster import network
from tests.cluster.cluster import Cluster, cluster

WANTED = "TIDINGS_TEST_CLUSTER"


def not_here() -> str:
    """Why there are no tests with a cluster here; empty if there are."""
    if os.environ.get(WANTED) != "1":
        return f"takes minutes and three RabbitMQ nodes: set {WANTED}=1"
    if broker.server() is None:
        return "needs RabbitMQ: apt-get install rabbitmq-server"
    return network.impossible()


@pytest.fixture
def nodes(tmp_path_factory) -> Iterator[Cluster]:
    """Three nodes, each on a host of its own."""
    if reason := not_here():
        pytest.skip(reason)
    with cluster(tmp_path_factory.mktemp("nodes")) as nodes:
        yield nodes


@pytest.fixture
def assembly(nodes, tmp_path_factory) -> Iterator[Assembly]:
    """The whole system, which knows the addresses of all nodes."""
    with ExitStack() as ending:
        folder = tmp_path_factory.mktemp("system")
        yield ending.enter_context(assembled(folder, postgres=True, variables={"AMQP_URL": nodes.url()}))
