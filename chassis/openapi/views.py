"""Serves the description of a service as it is committed, and a page to read and try it."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerView

from chassis.openapi.introduction import ORIGIN

CONTENT_TYPE = "application/vnd.oai.openapi+json"
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


class Docs(SpectacularSwaggerView):
    """Swagger UI, from files of this service alone."""

    title = "Tidings"
