"""Sends what is JSON already: nothing is parsed or rendered on the way out, but for people."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.http import HttpResponseBase, HttpResponseNotModified
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from chassis import conditional

# Any cache may keep an answer, and has to ask each time whether it holds: what is hidden is gone at once.
CACHE_CONTROL = "public, no-cache"
CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"}


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


def tag_of(parts: Iterable[str]) -> str:
    """The ETag of an answer that is made of these parts."""
    return f'"{blake2b(" ".join(parts).encode(), digest_size=12).hexdigest()}"'


def is_conditional(request: Request) -> bool:
    """Whether a program names the answers that it has, or the one that it wants."""
    return not CONDITIONS.isdisjoint(request.META) and _is_for_programs(request)


def unchanged(request: Request, tag: str) -> HttpResponseBase | None:
    """The answer to somebody who has this answer already, if they do.

    Raises PreconditionFailed when they want another one than there is.
    """
    if not conditional.is_known(request, tag):
        return None
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL}
    return HttpResponseNotModified(headers=headers)


def answer(request: Request, body: str, tag: str) -> Response:
    """What is ready, with its ETag; a page for people holds more than that, and has none."""
    headers = {"Cache-Control": CACHE_CONTROL}
    if _is_for_programs(request):
        headers["ETag"] = tag
    return Response(body.encode(), headers=headers)


def _is_for_programs(request: Request) -> bool:
    return bool(request.accepted_renderer.format == ReadyJSONRenderer.format)
