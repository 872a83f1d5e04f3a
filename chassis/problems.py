"""What a problem is made of, by RFC 9457: https://www.rfc-editor.org/rfc/rfc9457."""

from http import HTTPStatus
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 2


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "That is not possible as things stand."
    default_code = "conflict"


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body of the request is too large."
    default_code = "too_large"


class TooSlow(APIException):
    status_code = status.HTTP_408_REQUEST_TIMEOUT
    default_detail = "The request took too long to arrive."
    default_code = "too_slow"


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database cannot be reached at the moment."
    default_code = "unavailable"
    wait = RETRY_AFTER


def problem(request: Any, status_code: int, detail: str, code: str) -> dict[str, Any]:
    """The members of a problem; ``instance`` is the id under which the logs know the request."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status_code).phrase,
        "status": status_code,
        "detail": detail,
        "code": code,
        "instance": request.META.get("REQUEST_ID", "") if request else "",
        "errors": [],
    }
