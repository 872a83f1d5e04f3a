"""One person's way to all the services, who reads the headers of every answer."""

import json
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
    """Somebody with a connection of their own to each service, kept alive."""

    def __init__(self, assembly: Assembly, name: str) -> None:
        self.token = tokens.mint(assembly.state, name)
        self.connections = {
            service: HTTPConnection(urlsplit(url).netloc, timeout=30)
            for service, url in assembly.system.urls.items()
        }

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()

    def ask(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> Answer:
        connection = self.connections[service]
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/{service}/api/v1/{path}", content, given)
        response = connection.getresponse()
        raw = response.read()
        named = {name.lower(): text for name, text in response.getheaders()}
        return Answer(response.status, named, json.loads(raw) if raw else None)
