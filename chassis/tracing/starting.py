"""Begins to send traces and lines, in the process that serves: what sends does not outlive a fork.

https://opentelemetry.io/docs/languages/sdk-configuration/ lists the variables that are read here.
"""

import logging
import os
import socket
from typing import Any

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from chassis.logging.lines import kind
from chassis.tracing import wanted
from chassis.tracing.shipping import Shipper
from chassis.tracing.spans import Tracer
from shared_events import tracing


class Sending:
    """What one process sends; ``end`` sends the rest."""

    def __init__(self, service: str) -> None:
        resource = _resource(service)
        self.traces = TracerProvider(resource=resource)
        self.lines = LoggerProvider(resource=resource)
        self.shipper = Shipper(self.lines)

    def begin(self) -> None:
        if wanted.ships("traces"):
            self.traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
            tracing.tracer = Tracer(self.traces)
        if wanted.ships("logs"):
            self.lines.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
            logging.getLogger().addHandler(self.shipper)

    def forget(self) -> None:
        """A fork has left this to the parent."""
        tracing.tracer = None
        logging.getLogger().removeHandler(self.shipper)

    def end(self) -> None:
        self.forget()
        self.traces.shutdown()
        self.lines.shutdown()


_sending: Sending | None = None


def start(service: str) -> None:
    """Send what this process does from now on; a child calls it again for itself."""
    global _sending
    if _sending is not None:
        _sending.forget()
    _sending = Sending(service)
    _sending.begin()


def stop() -> None:
    """Send what is left, and nothing more."""
    global _sending
    if _sending is not None:
        _sending.end()
    _sending = None


def _resource(service: str) -> Resource:
    own: dict[str, Any] = {
        "service.name": service,
        "service.namespace": "tidings",
        "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        "process.pid": os.getpid(),
        "tidings.process": kind(),
    }
    return Resource.create({**own, **OTELResourceDetector().detect().attributes})
