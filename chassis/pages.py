"""What the pages for people have in common: a front page, and the way to the other services."""

import re
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer, TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

FRONT_PAGE = "chassis/front_page.html"


class FrontPage(APIView):
    """What lies where in this service."""

    schema = None  # not part of the API that is described
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, TemplateHTMLRenderer]

    def get(self, request: Request) -> Response:
        links = {name: request.build_absolute_uri(address) for name, address in _addresses().items()}
        return Response({"service": settings.SERVICE["NAME"], **links}, template_name=FRONT_PAGE)


class ApiIndex(APIView):
    """Every address of this API; a name in braces stands for a value."""

    schema = None  # not part of the API that is described
    permission_classes = [AllowAny]
    routes = ""

    def get(self, request: Request) -> Response:
        patterns = import_module(self.routes).urlpatterns
        here = request.build_absolute_uri(reverse("api"))
        return Response({route.name: here + _template(route) for route in patterns})


def service(request: HttpRequest) -> dict[str, Any]:
    """For every template: this service's name and colour, and its siblings' admins."""
    own, public_urls = settings.SERVICE["NAME"], settings.SERVICE["PUBLIC_URLS"]
    siblings = {name: f"{url}/{name}/" for name, url in public_urls.items() if name != own}
    return {"service_name": own, "service_colour": settings.SERVICE["COLOUR"], "siblings": siblings}


def _template(route: URLPattern) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route.pattern))


def _addresses() -> dict[str, str]:
    return {
        "api": reverse("api"),
        "docs": reverse("docs"),
        "admin": reverse("admin:index"),
        "ready": reverse("readyz"),
    }
