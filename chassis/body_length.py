"""Refuses bodies of unknown length."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from chassis import unhandled


class BodyLengthMiddleware:
    """Asks for the length of a chunked body: Django would take it for an empty one and change nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META and "CONTENT_LENGTH" not in request.META:
            return unhandled.answer(
                request, 411, "The request must say how long its body is.", "length_required"
            )
        return self.get_response(request)
