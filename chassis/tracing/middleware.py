"""A span for each request, in which everything begins that it causes elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from chassis.tracing.spans import PROPAGATOR, Tracer
from shared_events import tracing

PROBES = ("/livez", "/readyz", "/metrics")


class TracingMiddleware:
    """Goes on in the caller's trace, if the request names one; comes before every other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tracer = tracing.tracer
        if not isinstance(tracer, Tracer) or request.path_info.endswith(PROBES):
            return self.get_response(request)
        carrier = {name: request.headers[name] for name in tracing.HEADERS if name in request.headers}
        context, name = PROPAGATOR.extract(carrier), request.method or "HTTP"
        with tracer.own.start_as_current_span(name, context, kind=SpanKind.SERVER) as span:
            response = self.get_response(request)
            if span.is_recording():
                _describe(span, request, response)
            return response


def _describe(span: Span, request: HttpRequest, response: HttpResponse) -> None:
    """By the semantic conventions: https://opentelemetry.io/docs/specs/semconv/http/http-spans/."""
    span.set_attribute("http.request.method", request.method or "")
    span.set_attribute("http.response.status_code", response.status_code)
    span.set_attribute("url.path", request.path)
    span.set_attribute("tidings.request_id", request.META.get("REQUEST_ID", ""))
    if match := request.resolver_match:
        span.set_attribute("http.route", match.route)
        span.update_name(f"{request.method} /{match.route}")
    if response.status_code >= 500:
        span.set_status(Status(StatusCode.ERROR))
