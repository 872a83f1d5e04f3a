"""For the tests of services: come in through the door, with a real token."""

from datetime import timedelta
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from rest_framework.test import APIClient

from chassis import tokens
from chassis.openapi.views import committed


def bearer(name: str, *roles: str) -> APIClient:
    """A client that asks as somebody."""
    client = APIClient()
    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {tokens.mint(name, roles=roles, lifetime=timedelta(minutes=5))}"
    )
    return client


def check_description() -> None:
    """Fail, with the mend, when the committed description of the API is not what the code says."""
    service, described = settings.SERVICE["NAME"], StringIO()
    command = ["spectacular", "--format", "openapi-json", "--validate", "--fail-on-warn"]
    call_command(*command, stdout=described)
    file = committed(service)
    renewed = f"python3 manage.py {service} {' '.join(command)} --file {service}/api/{file.name}"
    assert file.read_text().strip() == described.getvalue().strip(), f"renew {file}: {renewed}"
