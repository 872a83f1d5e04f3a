"""A person at the pages of a service: cookies, forms, redirects."""

import re
from functools import cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from tests.security.rows import PASSWORD, STAFF
from tests.security.site import Site, caller

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LOGIN = "admin/login/"


class FromSomewhere(HTTPAdapter):
    """Calls from an address that nobody has called from."""

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(caller(), 0), **keywords)


class Person(requests.Session):
    """A browser that remembers its cookies; ``submit`` sends a form with its token."""

    def __init__(self, site: Site, service: str) -> None:
        super().__init__()
        self.root = f"http://127.0.0.1:{site.ports[service]}/{service}/"
        self.mount("http://", FromSomewhere())
        self.headers["Accept"] = "text/html"

    def look(self, path: str) -> requests.Response:
        return self.get(self.root + path, timeout=30)

    def submit(self, path: str, fields: dict[str, str], **headers: str) -> requests.Response:
        token = TOKEN.search(self.look(path).text)
        assert token is not None, path
        content = {"csrfmiddlewaretoken": token[1], **fields}
        return self.post(self.root + path, content, headers=headers, allow_redirects=False, timeout=30)


@cache
def staff(site: Site, service: str) -> Person:
    """A superuser who has logged in once: checking a password is made to take time."""
    person = Person(site, service)
    assert person.submit(LOGIN, {"username": STAFF, "password": PASSWORD}).status_code == 302
    return person
