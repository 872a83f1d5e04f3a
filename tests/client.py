"""One person's way to all the services, who reads the headers of every answer."""

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from deploy.local import tokens
from tests.assembly import Assembly


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


class Client:
    """Somebody with a name; every request has a connection of its own."""

    def __init__(self, assembly: Assembly, name: str) -> None:
        self.token = tokens.mint(assembly.state, name)
        self.urls = assembly.system.urls

    def ask(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> Answer:
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        content = None if body is None else json.dumps(body)
        with closing(HTTPConnection(urlsplit(self.urls[service]).netloc, timeout=30)) as connection:
            connection.request(method, f"/{service}/api/v1/{path}", content, given)
            response = connection.getresponse()
            raw = response.read()
        named = {name.lower(): text for name, text in response.getheaders()}
        return Answer(response.status, named, json.loads(raw) if raw else None)
