"""Old and new side by side: the last release becomes today's code, service by service, and back again."""

import pytest

from deploy.local import ports
from deploy.local.state import REPOSITORY
from tests.assembly import PORTS
from tests.beside.deployment import Deployment
from tests.beside.revisions import chosen, lay_out

# Whoever hears of a service most is released last, or first.
ORDERS = {
    "producer first": ("posts", "comments", "moderation", "query"),
    "consumer first": ("query", "moderation", "comments", "posts"),
}


@pytest.fixture(scope="module")
def last_release(tmp_path_factory):
    commit = chosen()
    return lay_out(commit, tmp_path_factory.mktemp(f"at-{commit[:9]}-"))


@pytest.fixture
def deployment(last_release, tmp_path):
    base_port = ports.free_base(PORTS)
    deployment = Deployment(tmp_path, code=last_release, base_port=base_port, postgres=True)
    try:
        deployment.start()
        yield deployment
    finally:
        deployment.stop()


@pytest.mark.parametrize("order", ORDERS)
def test_services_are_released_one_by_one_and_back_while_everything_goes_on(order, deployment, last_release):
    deployment.talk("the last release")

    for service in ORDERS[order]:
        deployment.roll_out(service, REPOSITORY)
        deployment.talk(f"with {service} of today")

    deployment.undo(last_release)
    deployment.talk("the last release again")
