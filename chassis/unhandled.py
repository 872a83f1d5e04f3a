"""Answers what no view answers: unknown addresses, refused hosts, faults in the code."""

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import is_valid_path
from django.views import csrf, defaults

from chassis.problems import CONTENT_TYPE, Unavailable, problem

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, "The request cannot be understood.", "bad_request")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_people(request):
        return defaults.permission_denied(request, exception)
    return answer(request, 403, "You may not do this.", "permission_denied")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that may come from another site, wherever a form is taken."""
    if _is_for_people(request):
        return csrf.csrf_failure(request, reason)
    return answer(request, 403, "The request lacks the token of a form of this service.", "csrf_failed")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say so, or lead a read that only lacks its last slash to the right address."""
    lacks_slash = not request.path_info.endswith("/") and is_valid_path(f"{request.path_info}/")
    if lacks_slash and request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
    if _is_for_people(request):
        return defaults.page_not_found(request, exception)
    detail = "This address needs a slash at its end." if lacks_slash else "There is nothing at this address."
    return answer(request, 404, detail, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    fault = sys.exc_info()[1]
    if isinstance(fault, OperationalError | InterfaceError):
        log.warning("the database cannot be reached: %s", fault)
        return unavailable(request)
    if _is_for_people(request):
        return defaults.server_error(request)
    return answer(request, 500, "Something went wrong here; the fault is noted.", "error")


def unavailable(request: HttpRequest) -> HttpResponse:
    """Where a session or the admin needed the database; a view of the REST framework says so by itself."""
    refusal = answer(request, 503, Unavailable.default_detail, Unavailable.default_code)
    refusal["Retry-After"] = str(Unavailable.wait)
    return refusal


def _is_for_people(request: HttpRequest) -> bool:
    own = f"/{settings.SERVICE['NAME']}"
    if request.path_info.startswith(f"{own}/api/auth/"):
        return "text/html" in request.headers.get("Accept", "")
    return request.path_info.startswith(f"{own}/admin/")


def answer(request: HttpRequest, status: int, detail: str, code: str) -> HttpResponse:
    """A problem from outside of any view."""
    return JsonResponse(problem(request, status, detail, code), status=status, content_type=CONTENT_TYPE)
