"""Answers what no view answers: unknown addresses, refused hosts, faults in the code."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import is_valid_path
from django.views import defaults

from chassis.problems import CONTENT_TYPE, problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, "The request cannot be understood.", "bad_request")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_people(request):
        return defaults.permission_denied(request, exception)
    return answer(request, 403, "You may not do this.", "permission_denied")


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
    if _is_for_people(request):
        return defaults.server_error(request)
    return answer(request, 500, "Something went wrong here; the fault is noted.", "error")


def _is_for_people(request: HttpRequest) -> bool:
    return request.path_info.startswith(f"/{settings.SERVICE['NAME']}/admin/")


def answer(request: HttpRequest, status: int, detail: str, code: str) -> HttpResponse:
    """A problem from outside of any view."""
    return JsonResponse(problem(request, status, detail, code), status=status, content_type=CONTENT_TYPE)
