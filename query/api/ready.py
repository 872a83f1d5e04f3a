"""Sends what is JSON already: nothing is parsed or rendered on the way out, but for people."""

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from chassis import conditional
from query.api.again import JSON, Repeatable, takes_json

# Any cache may keep an answer, and has to ask each time whether it holds: what is hidden is gone at once.
CACHE_CONTROL = "public, no-cache"


class Answer(NamedTuple):
    """What is sent, with its ETag."""

    tag: str
    body: bytes


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
        if takes_json(request._request.META):
            return next(iter(renderers)), JSON
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen


def tag_of(parts: Iterable[str]) -> str:
    """The ETag of an answer that is made of these parts."""
    return f'"{blake2b(" ".join(parts).encode(), digest_size=12).hexdigest()}"'


def answer(
    request: Request, *, tag: Callable[[], str], make: Callable[[], Answer], repeatable: bool = False
) -> HttpResponseBase:
    """The answer to a request, which is not made for a caller who has it already: only its tag is.

    One that is ``repeatable`` may be sent again to whoever asks for the same, if ``tag`` is the same by then.
    """
    if _is_conditional(request) and (nothing := _unchanged(request, tag())) is not None:
        return nothing
    return _sent(request, make(), tag if repeatable else None)


def answer_with(request: Request, body: str) -> HttpResponseBase:
    """An answer that is at hand, unless the caller has it already."""
    made = Answer(tag_of([body]), body.encode())
    return _unchanged(request, made.tag) or _sent(request, made)


def _is_conditional(request: Request) -> bool:
    """Whether a program names the answers that it has, or the one that it wants."""
    return not conditional.HEADERS.isdisjoint(request._request.META) and _is_for_programs(request)


def _unchanged(request: Request, tag: str) -> HttpResponseBase | None:
    """The answer to somebody who has this answer already, if they do.

    Raises PreconditionFailed when they want another one than there is.
    """
    if not _is_conditional(request) or not conditional.is_known(request, tag):
        return None
    return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": CACHE_CONTROL})


def _sent(request: Request, made: Answer, current_tag: Callable[[], str] | None = None) -> HttpResponseBase:
    """What is ready, with its ETag; a page for people holds more than that, and has none."""
    if not _is_for_programs(request):
        return Response(made.body, headers={"Cache-Control": CACHE_CONTROL})
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": made.tag}
    if request.accepted_media_type != JSON:
        return Response(made.body, headers=headers)
    if current_tag is None:
        return HttpResponse(made.body, content_type=JSON, headers=headers)
    return Repeatable(made.body, headers=headers, current_tag=current_tag)


def _is_for_programs(request: Request) -> bool:
    return bool(request.accepted_renderer.format == ReadyJSONRenderer.format)
