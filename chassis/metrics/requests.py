"""Counts and times requests, for all workers of a web server together."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter("tidings_requests", "Requests that were answered", ["method", "route", "status"])
SECONDS = Histogram(
    "tidings_request_seconds", "How long an answer took", ["method", "route"], buckets=BUCKETS
)


class MetricsMiddleware:
    """Notes each request under its route: whatever strangers ask for, there are no more rows than routes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        route = f"/{request.resolver_match.route}" if request.resolver_match else "none"
        SECONDS.labels(method, route).observe(time.perf_counter() - began)
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        return response
