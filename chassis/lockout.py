"""What somebody is told who guessed too many passwords."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chassis import callers, unhandled


def address(request: HttpRequest) -> str | None:
    """Whom a wrong password is counted against, besides the name."""
    return callers.address(request) or None


def refuse(request: HttpRequest, answer: Any = None, credentials: Any = None) -> HttpResponse:
    """The same for a name that exists and one that does not, and for a right password and a wrong one."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    if "text/html" in request.headers.get("Accept", ""):
        refusal = render(request, "chassis/locked_out.html", {"minutes": seconds // 60}, status=429)
    else:
        refusal = unhandled.answer(request, 429, "Too many wrong passwords; try again later.", "throttled")
    refusal["Retry-After"] = str(seconds)
    return refusal
