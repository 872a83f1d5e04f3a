import os
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.assembly import until
from tests.trust import broker
from tests.trust.hearing import Hearer, database, new, tell


@pytest.fixture(scope="session")
def users_made() -> Iterator[None]:
    if "RABBITMQ_MANAGEMENT_URL" not in os.environ:
        pytest.fail("needs a broker: run `python3 manage.py test security`")
    with broker.committed_users():
        yield


@pytest.fixture(scope="module")
def vhost(users_made) -> Iterator[str]:
    """A virtual host in which nobody hears."""
    with broker.virtual_host() as name:
        yield name


@pytest.fixture
def posts(vhost) -> Iterator[broker.Channel]:
    """A channel of the user posts."""
    with broker.channel_of("posts", vhost) as channel:
        yield channel


@pytest.fixture(scope="session")
def heard_vhost(users_made) -> Iterator[str]:
    """A virtual host in which query hears."""
    with broker.virtual_host() as name:
        yield name


@pytest.fixture(scope="session")
def expired(heard_vhost) -> tuple[UUID, bytes]:
    """An event with a millisecond to live, told while nobody heard."""
    comment_id, body = new()
    with (
        broker.channel_of("comments", heard_vhost) as comments,
        broker.channel_of("query", heard_vhost) as query,
    ):
        tell(comments, body, expiration="1")
        until(lambda: query.queue_declare("query.dead", passive=True).method.message_count == 1)
    return comment_id, body


@pytest.fixture(scope="session")
def hearer(heard_vhost, expired, tmp_path_factory) -> Iterator[Hearer]:
    with database() as url:
        hearer = Hearer(heard_vhost, tmp_path_factory.mktemp("hearer"), url)
        hearer.running.start()
        yield hearer
        hearer.close()


@pytest.fixture
def comments(heard_vhost) -> Iterator[broker.Channel]:
    with broker.channel_of("comments", heard_vhost) as channel:
        yield channel
