import pytest
from rest_framework.test import APIClient

from chassis.testing import bearer
from moderation.config.celery import app
from moderation.config.settings import TASKS
from shared_events import topology


@pytest.fixture(scope="session", autouse=True)
def hints_are_taken() -> None:
    """Where these tests give their hints, there is the queue for them, as `topology` makes it."""
    with topology.connect(app.conf.broker_url) as connection:
        topology.declare_task_queue(connection.channel(), TASKS)


@pytest.fixture
def mona() -> APIClient:
    """A moderator."""
    return bearer("mona", "moderator")


@pytest.fixture
def bob() -> APIClient:
    """Somebody who writes comments."""
    return bearer("bob")


@pytest.fixture
def anyone() -> APIClient:
    return APIClient()
