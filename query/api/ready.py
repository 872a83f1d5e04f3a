"""Sends what is JSON already: nothing is parsed or rendered on the way out, but for people."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

# Any cache may keep an answer, and has to ask each time whether it holds: what is hidden is gone at once.
CACHE_CONTROL = "public, no-cache"


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
    """Whether a program asks for an answer only if it differs from the one that it has."""
    return "HTTP_IF_NONE_MATCH" in request.META and _is_for_programs(request)


def unchanged(request: Request, tag: str) -> HttpResponseBase | None:
    """The answer to somebody who has this answer already, if they do."""
    response = get_conditional_response(request._request, etag=tag)
    if response is not None:
        response["ETag"], response["Cache-Control"] = tag, CACHE_CONTROL
    return response


def answer(request: Request, body: str, tag: str) -> Response:
    """What is ready, with its ETag; a page for people holds more than that, and has none."""
    headers = {"Cache-Control": CACHE_CONTROL}
    if _is_for_programs(request):
        headers["ETag"] = tag
    return Response(body.encode(), headers=headers)


def _is_for_programs(request: Request) -> bool:
    return bool(request.accepted_renderer.format == ReadyJSONRenderer.format)
