"""What every answer says besides its content."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from chassis import unhandled

# Styles lie in the pages of the browsable API; scripts never do.
CONTENT_SECURITY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class HeadersMiddleware:
    """Lets a page run no script but this service's own, and gives a refusal without a body one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == 405 and not answer.streaming and not answer.content:
            answer = _explained(request, answer)
        # The page of the API's documentation sets up its reader with a script of its own.
        if not request.path_info.startswith(f"/{settings.SERVICE['NAME']}/api/docs"):
            answer.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        return answer


def _explained(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    detail = f'Method "{request.method}" not allowed.'
    answer = unhandled.answer(request, 405, detail, "method_not_allowed")
    answer["Allow"] = refusal["Allow"]
    return answer
