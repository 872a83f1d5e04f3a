import pytest
from rest_framework.test import APIClient

from chassis.testing import bearer


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
