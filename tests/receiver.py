"""A receiver of OpenTelemetry's HTTP protocol that keeps everything in memory."""

import threading
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Span(NamedTuple):
    """What a test asks of a span; ids are hexadecimal, and empty where there is none."""

    trace: str
    id: str
    parent: str
    name: str
    service: str
    process: str
    links: frozenset[str]  # the traces that it is linked with
    about: dict[str, Any]


class Line(NamedTuple):
    service: str
    trace: str
    text: str


class Receiver:
    """Listens on a port of its own until it is closed."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.lines: list[Line] = []
        self.asked: list[tuple[str, Message]] = []  # each request: its path, its headers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def trace(self, id: str) -> list[Span]:
        return [span for span in list(self.spans) if span.trace == id]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receive, asked = {"/v1/traces": self._traces, "/v1/logs": self._logs}, self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append((self.path, self.headers))
                receive[self.path](self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def _traces(self, body: bytes) -> None:
        for sender in ExportTraceServiceRequest.FromString(body).resource_spans:
            origin = _plain(sender.resource.attributes)
            self.spans += [_span(span, origin) for scope in sender.scope_spans for span in scope.spans]

    def _logs(self, body: bytes) -> None:
        for sender in ExportLogsServiceRequest.FromString(body).resource_logs:
            service = _plain(sender.resource.attributes)["service.name"]
            self.lines += [
                Line(service, line.trace_id.hex(), line.body.string_value)
                for scope in sender.scope_logs
                for line in scope.log_records
            ]


def _span(span: Any, origin: dict[str, Any]) -> Span:
    return Span(
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        name=span.name,
        service=origin["service.name"],
        process=origin["tidings.process"],
        links=frozenset(link.trace_id.hex() for link in span.links),
        about=_plain(span.attributes),
    )


def _plain(attributes: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in attributes}
