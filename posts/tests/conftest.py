import pytest
from rest_framework.test import APIClient

from chassis.testing import bearer


@pytest.fixture(autouse=True)
def _database(db):
    """Every test here asks the database of posts."""


@pytest.fixture
def alice() -> APIClient:
    return bearer("alice")


@pytest.fixture
def bruno() -> APIClient:
    return bearer("bruno")


@pytest.fixture
def anyone() -> APIClient:
    return APIClient()
