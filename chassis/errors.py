"""Turns everything that goes wrong in a view into a problem."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import UnreadablePostError
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions
from rest_framework.response import Response

from chassis.problems import CONTENT_TYPE, TooLarge, TooSlow, Unavailable, problem

logger = logging.getLogger(__name__)


class ProblemHandler(ExceptionHandler):
    """Turns whatever a view raises into a problem; the browsable API shows the same problem as a page."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if isinstance(exc, SuspiciousOperation):
            return exceptions.ParseError("The request cannot be understood.")
        if isinstance(exc, UnreadablePostError):
            return TooSlow()
        if isinstance(exc, OperationalError | InterfaceError):
            logger.warning("the database cannot be reached: %s", exc)
            return Unavailable()
        return super().convert_known_exceptions(exc)

    def get_response(self, exc: exceptions.APIException, data: Any) -> Response:
        response = super().get_response(exc, data)
        renderer = getattr(self.context["request"], "accepted_renderer", None)
        if renderer is None or renderer.format == "json":
            response.content_type = CONTENT_TYPE
        return response

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        if not isinstance(exc, Unavailable):
            super().report_exception(exc, response)


class ProblemFormatter(ExceptionFormatter):
    """Lists the faults of a request by the place they are in, as JSON pointers."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        errors = [
            {"pointer": _pointer(error.attr), "code": error.code, "detail": error.detail}
            for error in error_response.errors
        ]
        request, status = self.context["request"], self.exc.status_code
        if isinstance(self.exc, exceptions.ValidationError):
            return problem(request, status, "The request has faults.", "invalid") | {"errors": errors}
        return problem(request, status, errors[0]["detail"], errors[0]["code"])


def _pointer(attr: str | None) -> str:
    if attr is None or attr == "non_field_errors":
        return "#"
    return "#/" + attr.replace(".", "/")
