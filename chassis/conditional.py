"""Answers that depend on what the client has seen: ETag, If-None-Match and If-Match by RFC 9110."""

import hashlib
import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

VERSION_TAG = re.compile(r'"(0|[1-9][0-9]{0,18})"')
ANY = "*"
IF_MATCH, IF_NONE_MATCH = "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"  # in META
HEADERS = frozenset({IF_MATCH, IF_NONE_MATCH})


class PreconditionFailed(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "It has changed since you saw it: look at it again."
    default_code = "precondition_failed"


class PreconditionRequired(APIException):
    """RFC 6585, 3: for a service that lets nobody write over what they have not seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Name in If-Match the ETag of what you saw."
    default_code = "precondition_required"


def version_tag(version: int) -> str:
    """The ETag of a thing in this version."""
    return f'"{version}"'


def content_tag(shown: Any) -> str:
    """The ETag of a thing that also changes without a new version."""
    return f'"{hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]}"'


def seen_versions(request: Request) -> frozenset[int] | None:
    """The versions that ``If-Match`` allows a write to start from; None when it allows any.

    A tag that is none of ours, or a weak one, allows nothing. Raises PreconditionRequired when there is no
    ``If-Match`` and REQUIRE_IF_MATCH is on; the pages for people, who have seen what they change, need none.
    """
    tags = _tags(request, IF_MATCH)
    if tags is None and settings.REQUIRE_IF_MATCH and request.accepted_renderer.format == "json":
        raise PreconditionRequired
    if tags is None or ANY in tags:
        return None
    return frozenset(int(found[1]) for tag in tags if (found := VERSION_TAG.fullmatch(tag)))


def is_known(request: Request | HttpRequest, tag: str) -> bool:
    """Whether the client has this answer already, so that 304 is all it needs.

    Raises PreconditionFailed when it asks for another version than there is.
    """
    wanted = _tags(request, IF_MATCH)
    if wanted is not None and not {ANY, tag} & set(wanted):
        raise PreconditionFailed
    had = {known.removeprefix("W/") for known in _tags(request, IF_NONE_MATCH) or ()}
    return bool({ANY, tag} & had)


def answer(request: Request, shown: Any, tag: str) -> Response:
    """What a read of one thing is answered with: 304 when the client has it already.

    Raises PreconditionFailed when it asks for another version than there is. The page that a browser gets
    shows more than the thing, and so has no tag.
    """
    if request.accepted_renderer.format != "json":
        return Response(shown)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_known(request, tag):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(shown, headers=headers)


def _tags(request: Request | HttpRequest, name: str) -> list[str] | None:
    given = request.META.get(name)
    return None if given is None else parse_etags(given)
