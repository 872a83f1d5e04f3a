"""Spans for batches, as relay, worker and judge ask for them; see `shared_events.tracing`."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

NAME = "tidings"
PROPAGATOR = TraceContextTextMapPropagator()


class Tracer:
    """Makes spans with one provider."""

    def __init__(self, provider: TracerProvider) -> None:
        self.own = provider.get_tracer(NAME)

    def headers(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        return carrier

    def ids(self) -> dict[str, str]:
        found = trace.get_current_span().get_span_context()
        if not found.is_valid:
            return {}
        return {
            "trace_id": trace.format_trace_id(found.trace_id),
            "span_id": trace.format_span_id(found.span_id),
        }

    def batch(self, name: str, *, publishes: bool) -> "Batch":
        return Batch(self.own, name, SpanKind.PRODUCER if publishes else SpanKind.CONSUMER)


class Member:
    """One thing of a batch."""

    def __init__(self, span: Span) -> None:
        self.span = span

    def headers(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier, trace.set_span_in_context(self.span, Context()))
        return carrier

    def active(self) -> AbstractContextManager[Span]:
        return trace.use_span(self.span, record_exception=False, set_status_on_exception=False)

    def fail(self, error: BaseException) -> None:
        self.span.record_exception(error)
        self.span.set_status(Status(StatusCode.ERROR, type(error).__name__))


class Batch:
    """A span in a trace of its own, linked with each of those that its members go on in."""

    def __init__(self, tracer: trace.Tracer, name: str, kind: SpanKind) -> None:
        self._tracer, self._kind = tracer, kind
        self._whole = Member(tracer.start_span(f"{name} batch", Context(), kind=kind))
        self._members: list[Member] = []

    def member(self, name: str, origin: Mapping[str, str], **attributes: str) -> Member:
        """Go on in the trace that the headers name; without one, in the batch's own."""
        context = PROPAGATOR.extract(origin, Context())
        came_from = trace.get_current_span(context).get_span_context()
        links = []
        if came_from.is_valid:
            self._whole.span.add_link(came_from)
            links.append(Link(self._whole.span.get_span_context()))
        else:
            context = trace.set_span_in_context(self._whole.span, Context())
        about = {f"tidings.{key}": value for key, value in attributes.items()}
        span = self._tracer.start_span(name, context, kind=self._kind, attributes=about, links=links)
        self._members.append(Member(span))
        return self._members[-1]

    def active(self) -> AbstractContextManager[Span]:
        return self._whole.active()

    def end(self, error: BaseException | None = None) -> None:
        for one in (*self._members, self._whole):
            if error is not None:
                one.fail(error)
            one.span.end()
        self._members = []
