"""Puts a service under its prefix: the same paths on a laptop, in Compose and in Kubernetes."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from chassis import health, pages, unhandled
from chassis.metrics import exposition
from chassis.openapi import views as openapi

handler400 = unhandled.bad_request
handler403 = unhandled.permission_denied
handler404 = unhandled.not_found
handler500 = unhandled.server_error


def service_urls(service: str, *, api: str) -> list[URLPattern | URLResolver]:
    """All addresses of a service; ``api`` is the module that lists those of its first version."""
    own: list[URLPattern | URLResolver] = [
        # First, because it is asked for most.
        path("api/v1/", include(api)),
        path("api/v1/", pages.ApiIndex.as_view(routes=api), name="api"),
        path("", pages.FrontPage.as_view(), name="front-page"),
        path("api/schema/", openapi.schema, name="schema"),
        path("api/docs/", openapi.Docs.as_view(url_name="schema"), name="docs"),
        path("api/redoc/", openapi.Reference.as_view(url_name="schema"), name="redoc"),
        path("asyncapi.json", openapi.events, name="asyncapi"),
        path("api/auth/", include("rest_framework.urls")),
        path("admin/", admin.site.urls),
        path("livez", health.livez, name="livez"),
        path("readyz", health.readyz, name="readyz"),
        path("metrics", exposition.metrics, name="metrics"),
    ]
    return [path("", RedirectView.as_view(url=f"/{service}/")), path(f"{service}/", include(own))]
