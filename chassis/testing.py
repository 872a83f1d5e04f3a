"""For the tests of services: come in through the door, with a real token."""

from datetime import timedelta

from rest_framework.test import APIClient

from chassis import tokens


def bearer(name: str, *roles: str) -> APIClient:
    """A client that asks as somebody."""
    client = APIClient()
    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {tokens.mint(name, roles=roles, lifetime=timedelta(minutes=5))}"
    )
    return client
