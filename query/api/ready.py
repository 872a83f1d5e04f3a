"""Sends what is JSON already: nothing is parsed or rendered on the way out, but for people."""

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from chassis import conditional
from query.api.kept import Address, Answer, Answers

# Any cache may keep an answer, and has to ask each time whether it holds: what is hidden is gone at once.
CACHE_CONTROL = "public, no-cache"
CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"}
KEPT_BYTES = 8 * 1024 * 1024  # in each process: some two hundred pages of the feed
JSON = JSONRenderer.media_type

_answers = Answers(KEPT_BYTES)


class ReadyJSONRenderer(JSONRenderer):
    """Passes on bytes as they are, indented if they are shown to people; renders everything else."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if not isinstance(data, bytes):
            return super().render(data, accepted_media_type, renderer_context)
        if not self.get_indent(accepted_media_type or "", dict(renderer_context or {})):
            return data
        return super().render(json.loads(data), accepted_media_type, renderer_context)


RENDERERS = [ReadyJSONRenderer, BrowsableAPIRenderer]


class Negotiation(DefaultContentNegotiation):
    """Spares those the search who say in so many words that they take JSON, or anything."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        asked = request._request.META
        takes_json = asked.get("HTTP_ACCEPT", "*/*") in (JSON, "*/*")
        if takes_json and str(api_settings.URL_FORMAT_OVERRIDE) not in asked.get("QUERY_STRING", ""):
            return next(iter(renderers)), JSON
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen


def tag_of(parts: Iterable[str]) -> str:
    """The ETag of an answer that is made of these parts."""
    return f'"{blake2b(" ".join(parts).encode(), digest_size=12).hexdigest()}"'


def answer(
    request: Request, *, tag: Callable[[], str], make: Callable[[], Answer], keep: bool = False
) -> HttpResponseBase:
    """The answer to a request, which is not made for a caller who has it already: only its tag is.

    With ``keep`` this process keeps the answer for whoever asks for the same next. That spares nothing but
    work: each time the tag is read from the database, and says whether the answer still holds.
    """
    kept = _answers.find(_address(request)) if keep else None
    if kept is not None or _is_conditional(request):
        current = tag()
        if (nothing := _unchanged(request, current)) is not None:
            return nothing
        if kept is not None and kept.tag == current:
            return _sent(request, kept)
    made = make()
    if keep:
        _answers.keep(_address(request), made)
    return _sent(request, made)


def answer_with(request: Request, body: str) -> HttpResponseBase:
    """An answer that is at hand, unless the caller has it already."""
    made = Answer(tag_of([body]), body.encode())
    return _unchanged(request, made.tag) or _sent(request, made)


def _address(request: Request) -> Address:
    """All of a request that its answer shows; the host has been checked before."""
    asked = request._request
    return asked.scheme, asked.META.get("HTTP_HOST"), asked.path, asked.META.get("QUERY_STRING")


def _is_conditional(request: Request) -> bool:
    """Whether a program names the answers that it has, or the one that it wants."""
    return not CONDITIONS.isdisjoint(request._request.META) and _is_for_programs(request)


def _unchanged(request: Request, tag: str) -> HttpResponseBase | None:
    """The answer to somebody who has this answer already, if they do.

    Raises PreconditionFailed when they want another one than there is.
    """
    if not _is_conditional(request) or not conditional.is_known(request, tag):
        return None
    return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": CACHE_CONTROL})


def _sent(request: Request, made: Answer) -> HttpResponseBase:
    """What is ready, with its ETag; a page for people holds more than that, and has none."""
    if not _is_for_programs(request):
        return Response(made.body, headers={"Cache-Control": CACHE_CONTROL})
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": made.tag}
    if request.accepted_media_type == JSON:
        return HttpResponse(made.body, content_type=JSON, headers=headers)
    return Response(made.body, headers=headers)


def _is_for_programs(request: Request) -> bool:
    return bool(request.accepted_renderer.format == ReadyJSONRenderer.format)
