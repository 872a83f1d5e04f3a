"""Sends again what was sent before, once the database has said that it still holds.

That comes before all that only a new answer needs: sessions, the search for the view, the REST framework. Of
what was sent the headers are kept as well, so that both ways end in the same.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from rest_framework.renderers import JSONRenderer
from rest_framework.settings import api_settings

from chassis import conditional, freshness
from chassis.throttles import Throttle
from query.api.kept import Address, Answers, Kept

JSON = JSONRenderer.media_type
KEPT_BYTES = 8 * 1024 * 1024  # in each process: some two hundred pages of the feed
# Headers that ask for more than a page as it is now.
SPECIAL = {freshness.GIVEN, conditional.IF_MATCH}


class Repeatable(HttpResponse):
    """JSON that may be sent again for as long as ``current_tag`` returns its ETag."""

    def __init__(self, body: bytes, *, headers: Mapping[str, str], current_tag: Callable[[], str]) -> None:
        super().__init__(body, content_type=JSON, headers=headers)
        self.current_tag = current_tag


class AgainMiddleware:
    """Keeps the answers last sent that are repeatable, for whoever asks for the same next.

    That spares nothing but work: each time the tag is read from the database. Whoever asks too often, or for
    what has changed, is answered by the view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._answers = Answers(KEPT_BYTES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_plain(request):
            return self.get_response(request)
        kept = self._answers.find(_address(request))
        if kept is not None:
            request.resolver_match = kept.route  # by which it is counted and traced, whatever comes of it
            if Throttle().allow_request(request, None) and kept.holds():
                return _sent(request, kept)
        answer = self.get_response(request)
        if isinstance(answer, Repeatable):
            again = Kept(answer.content, dict(answer.headers), answer.current_tag, request.resolver_match)
            self._answers.keep(_address(request), again)
        return answer


def takes_json(asked: Mapping[str, Any]) -> bool:
    """Whether somebody says in so many words that they take JSON, or anything."""
    takes = asked.get("HTTP_ACCEPT", "*/*") in (JSON, "*/*")
    return takes and str(api_settings.URL_FORMAT_OVERRIDE) not in asked.get("QUERY_STRING", "")


def _is_plain(request: HttpRequest) -> bool:
    return request.method == "GET" and SPECIAL.isdisjoint(request.META) and takes_json(request.META)


def _address(request: HttpRequest) -> Address:
    """All of a request that its answer shows; of what is kept, the host has been checked before."""
    return request.scheme, request.META.get("HTTP_HOST"), request.path, request.META.get("QUERY_STRING")


def _sent(request: HttpRequest, kept: Kept) -> HttpResponse:
    if conditional.is_known(request, kept.tag):
        return HttpResponseNotModified(headers=kept.headers | {"Content-Length": "0"})
    return HttpResponse(kept.body, headers=kept.headers)
