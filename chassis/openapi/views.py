"""Serves the descriptions of a service and of all events as they are committed, and pages to read them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.response import Response

import shared_events
from chassis.headers import CONTENT_SECURITY
from chassis.openapi.introduction import ORIGIN

CONTENT_TYPE = "application/vnd.oai.openapi+json"
# Who tells what on the broker; made by the package itself, of which a web process needs no more than this.
EVENTS = Path(shared_events.__file__).with_name("asyncapi.json")
REPOSITORY = Path(__file__).resolve().parents[2]


def committed(service: str) -> Path:
    """Where the description of a service lies."""
    return REPOSITORY / service / "api" / "schema.json"


@never_cache
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The committed description, whose examples lead to wherever it was asked for."""
    text = committed(settings.SERVICE["NAME"]).read_text()
    origin = request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(text.replace(ORIGIN, origin), content_type=CONTENT_TYPE)


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The committed description of what all services tell, as AsyncAPI has it."""
    return HttpResponse(EVENTS.read_bytes(), content_type="application/json")


class Docs(SpectacularSwaggerView):
    """Swagger UI, from files of this service alone."""

    title = "Tidings"


class Reference(SpectacularRedocView):
    """The same to read on one page, without trying anything: Redoc, from files of this service alone."""

    title = "Tidings"
    template_name = "chassis/redoc.html"

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Redoc looks for words in a worker that it makes itself."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Content-Security-Policy"] = f"{CONTENT_SECURITY}; worker-src blob:"
        return answer
