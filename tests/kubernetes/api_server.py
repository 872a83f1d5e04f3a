"""As much of Kubernetes' API as kubectl needs to create things and to wait for them; nothing is ever run."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

GROUPS = {
    "v1": ("namespaces", "configmaps", "secrets", "services", "pods"),
    "apps/v1": ("deployments", "statefulsets"),
    "batch/v1": ("jobs",),
    "policy/v1": ("poddisruptionbudgets",),
    "networking.k8s.io/v1": ("networkpolicies",),
}
KINDS = {
    "configmaps": "ConfigMap",
    "statefulsets": "StatefulSet",
    "poddisruptionbudgets": "PodDisruptionBudget",
    "networkpolicies": "NetworkPolicy",
}
DONE = ({"type": "SuccessCriteriaMet", "status": "True"}, {"type": "Complete", "status": "True"})
GIVEN_UP = ({"type": "FailureTarget", "status": "True"}, {"type": "Failed", "status": "True"})


class ApiServer(ThreadingHTTPServer):
    """Keeps what it is sent; all of it is well at once, but for the Jobs that are named."""

    daemon_threads = True

    def __init__(self, *, failing: tuple[str, ...] = ()) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.failing = failing
        self.kept: dict[str, dict[str, Any]] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "ApiServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def keep(self, path: str, one: dict[str, Any]) -> dict[str, Any]:
        name = one["metadata"]["name"]
        one["metadata"] |= {"uid": name, "resourceVersion": "1", "generation": 1}
        if one["kind"] == "Job":
            one["status"] = {"conditions": list(GIVEN_UP if name in self.failing else DONE)}
        if one["kind"] == "Deployment":
            counted = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
            one["status"] = {"observedGeneration": 1, **dict.fromkeys(counted, one["spec"]["replicas"])}
        self.kept[f"{path}/{name}"] = one
        return one

    def names(self, kind: str) -> list[str]:
        """What was created of a kind, in the order in which it came."""
        return [one["metadata"]["name"] for one in self.kept.values() if one["kind"] == kind]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: in two, kubectl's acknowledgement of the first is waited for
    server: ApiServer

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if "watch" in query:
            return self.answer(400, status("nothing changes here: list it"))
        if (found := discovered(url.path)) or (found := self.server.kept.get(url.path)):
            return self.answer(200, found)
        if url.path.rsplit("/", 1)[1] in sum(GROUPS.values(), ()):
            return self.answer(200, self.listed(url.path, query))
        return self.answer(404, status("NotFound"))

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(201, self.server.keep(urlsplit(self.path).path, sent))

    def listed(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        items = [one for key, one in self.server.kept.items() if key.startswith(f"{path}/")]
        for field in query.get("fieldSelector", []):
            items = [one for one in items if one["metadata"]["name"] == field.partition("=")[2]]
        metadata = {"resourceVersion": "1"}
        return {"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": items}

    def answer(self, code: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


def status(reason: str) -> dict[str, Any]:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": reason}


def discovered(path: str) -> dict[str, Any] | None:
    """What kubectl asks first: which kinds there are."""
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        found = [version.split("/") for version in GROUPS if "/" in version]
        groups = [
            {"name": name, "versions": [{"groupVersion": f"{name}/{version}", "version": version}]}
            for name, version in found
        ]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    version = path.removeprefix("/apis/").removeprefix("/api/")
    if version not in GROUPS:
        return None
    resources = [
        {
            "name": name,
            "singularName": "",
            "namespaced": name != "namespaces",
            "kind": KINDS.get(name, name.removesuffix("s").capitalize()),
            "verbs": ["get", "list", "create", "watch", "delete"],
        }
        for name in GROUPS[version]
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources}
